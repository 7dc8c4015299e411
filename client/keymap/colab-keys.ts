// Colab's chords, in both modes, besides the default keys: https://colab.research.google.com, Tools > Keyboard shortcuts.
import { defaultKeys, type CommandId } from './default-keys.ts'
import type { KeyTable } from './keymap.ts'

const chords: Readonly<Partial<Record<CommandId, readonly string[]>>> = {
  'insert-above': ['a'],
  'insert-below': ['b'],
  delete: ['d'],
  'to-code': ['y'],
  'to-note': ['m'],
  'move-up': ['k'],
  'move-down': ['j'],
  'select-above': ['p'],
  'select-below': ['n'],
  split: ['-'],
  'merge-above': ['/'],
  copy: ['c'],
  cut: ['x'],
  paste: ['v'],
  undo: ['z'],
  redo: ['Shift-z'],
  'line-numbers': ['l'],
  'fold-output': ['o'],
  interrupt: ['i'],
  restart: ['.'],
  keys: ['h'],
}

/** Ctrl+M alone no longer enters command mode: it begins the chords. */
export const colabKeys: KeyTable = Object.fromEntries(
  Object.entries<KeyTable[string]>(defaultKeys).map(([id, bindings]) => {
    const added = (chords[id as CommandId] ?? []).flatMap((key) => [`Ctrl-m ${key}`, `Ctrl-m Ctrl-${key}`])
    const { command, edit } = bindings
    const others = (keys: readonly string[] = []): readonly string[] =>
      keys.filter((each) => each !== 'Ctrl-m')
    return [
      id,
      {
        ...bindings,
        ...(command && { command: [...command, ...added] }),
        ...((edit ?? added[0]) !== undefined && { edit: [...others(edit), ...added] }),
      },
    ]
  }),
)
