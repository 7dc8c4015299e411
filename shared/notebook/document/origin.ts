// The origin of a transaction. Only 'command' and the editor bindings (which register themselves) can be undone.

/**
 * command: structural edits by a person · setup: their untracked half (creating a cell, rebalancing order keys, keeping
 * a cell that an undo would have deleted) · request: requesting runs, stopping, clearing outputs · widget: changes of a
 * widget by a person · kernel, model: results of runs, and widget changes by Python · comment: messages in threads · carry:
 * text carried to where others have moved the text around it · file: outside edits of the .ipynb · import: the first import of a file.
 */
export type Origin =
  'command' | 'setup' | 'request' | 'widget' | 'kernel' | 'model' | 'comment' | 'carry' | 'file' | 'import'

export const trackedOrigin: Origin = 'command'
