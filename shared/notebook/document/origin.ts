// Who wrote a transaction. Only 'command' and the editor bindings (which register themselves) can be undone.

/**
 * command: what a person did to the structure · setup: the untracked half of such an act (creating a cell,
 * rebalancing order keys, keeping a cell that an undo would have taken) · request: asking for runs, stopping,
 * clearing outputs · widget: what a hand did to a widget · kernel, model: a run's results, and what its Python sets in
 * widgets · comment: what people write in threads · file: edits made to the .ipynb outside · import: a file's first
 * reading.
 */
export type Origin =
  'command' | 'setup' | 'request' | 'widget' | 'kernel' | 'model' | 'comment' | 'file' | 'import'

export const trackedOrigin: Origin = 'command'
