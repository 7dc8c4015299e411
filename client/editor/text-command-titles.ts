// Titles of the commands within a text, for menus and lists; what they do is in text-commands.ts.
export const textCommandTitles = {
  'next-table-cell': 'Next cell of the table',
  'previous-table-cell': 'Previous cell of the table',
  'align-table': 'Align the table',
  complete: 'Complete code',
  'list-completions': 'Show completions',
  documentation: 'Show documentation',
  indent: 'Indent',
  dedent: 'Dedent',
  'toggle-comment': 'Toggle comment',
  'toggle-block-comment': 'Toggle block comment',
  'delete-line': 'Delete line',
  'move-line-up': 'Move line up',
  'move-line-down': 'Move line down',
  'copy-line-up': 'Copy line up',
  'copy-line-down': 'Copy line down',
  'previous-completion': 'Previous completion',
  'next-completion': 'Next completion',
  'completions-up': 'One page up',
  'completions-down': 'One page down',
  'accept-completion': 'Accept the selected completion',
  'take-completion': 'Accept the selected or first completion',
  'close-completions': 'Close the list',
  'close-documentation': 'Close the documentation',
} as const

export type TextCommand = keyof typeof textCommandTitles
