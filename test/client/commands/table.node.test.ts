import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultKeys, type CommandId } from '../../../client/keymap/default-keys.ts'
import { colabKeys } from '../../../client/keymap/colab-keys.ts'
import { Keymap, keyPlaces } from '../../../client/keymap/keymap.ts'
import { normalKeys } from '../../../client/keymap/keys.ts'
import { commandOf, commands } from '../../../client/commands/table.ts'

test('every command is in the keymap, every keymap entry is a command, and titles are unique', () => {
  const ids = commands.map(({ id }) => id)
  expect(ids.toSorted()).toEqual((Object.keys(defaultKeys) as CommandId[]).toSorted())
  expect(commandOf('undo').title).toBe('Undo')
  const titles = commands.map(({ title }) => title)
  expect(titles).toEqual([...new Set(titles)])
})

test.each([
  ['JupyterLab on a Mac', defaultKeys, true],
  ['JupyterLab', defaultKeys, false],
  ['Colab on a Mac', colabKeys, true],
  ['Colab', colabKeys, false],
])('the default keys of %s do not conflict', (_, table, mac) => {
  const keymap = new Keymap(table, {}, mac)
  const found = commands.flatMap(({ id }) =>
    keyPlaces.flatMap((place) =>
      keymap.keysOf(id, place).flatMap((keys) => {
        expect(normalKeys(keys, mac)).toBe(keys)
        return keymap.conflicts(id, place, keys)
      }),
    ),
  )
  expect(found).toEqual([])
  // Shared keys: the first command declines where it does not apply.
  expect(keymap.commandsOn('Tab', 'edit')).toEqual(['next-table-cell', 'complete', 'indent'])
  expect(keymap.commandsOn('Shift-Tab', 'edit')).toEqual(['previous-table-cell', 'documentation', 'dedent'])
})

/** JupyterLab 4.7’s keys, for the commands that exist here. */
const jupyterLab: readonly (readonly [keys: string, place: 'command' | 'edit', command: CommandId])[] = [
  ['Enter', 'command', 'edit'],
  ['ArrowUp', 'command', 'select-above'],
  ['k', 'command', 'select-above'],
  ['ArrowDown', 'command', 'select-below'],
  ['j', 'command', 'select-below'],
  ['Shift-ArrowUp', 'command', 'extend-above'],
  ['Shift-k', 'command', 'extend-above'],
  ['Shift-ArrowDown', 'command', 'extend-below'],
  ['Shift-j', 'command', 'extend-below'],
  ['Shift-Home', 'command', 'extend-top'],
  ['Shift-End', 'command', 'extend-bottom'],
  ['Mod-a', 'command', 'select-all'],
  ['Shift-m', 'command', 'merge'],
  ['Ctrl-Backspace', 'command', 'merge-above'],
  ['Ctrl-Shift-m', 'command', 'merge-below'],
  ['Shift-a', 'command', 'insert-heading-above'],
  ['Shift-b', 'command', 'insert-heading-below'],
  ['1', 'command', 'heading-1'],
  ['6', 'command', 'heading-6'],
  ['Mod-Shift-k', 'command', 'outline'],
  // Ctrl+Shift+-, which types _.
  ['Ctrl-_', 'edit', 'split'],
  ['Mod-b', 'edit', 'bold'],
  ['Shift-r', 'command', 'outputs-beside'],
  ['Mod-b', 'command', 'side-panel'],
  ['Mod-j', 'command', 'side-panel'],
  ['Mod-i', 'edit', 'documentation'],
  // VS Code's.
  ['l', 'command', 'cell-line-numbers'],
  ['Mod-Shift-d', 'edit', 'select-next-occurrence'],
  ['ArrowLeft', 'command', 'heading-above'],
  ['ArrowRight', 'command', 'heading-below'],
  ['Ctrl-Shift-ArrowLeft', 'command', 'fold-all'],
  ['Ctrl-Shift-ArrowRight', 'command', 'unfold-all'],
  ['y', 'command', 'to-code'],
  ['m', 'command', 'to-note'],
  ['r', 'command', 'to-raw'],
  ['a', 'command', 'insert-above'],
  ['b', 'command', 'insert-below'],
  ['x', 'command', 'cut'],
  ['c', 'command', 'copy'],
  ['v', 'command', 'paste'],
  ['d d', 'command', 'delete'],
  ['z', 'command', 'undo'],
  ['Shift-z', 'command', 'redo'],
  ['Ctrl-Shift-ArrowUp', 'command', 'move-up'],
  ['Ctrl-Shift-ArrowDown', 'command', 'move-down'],
  ['Shift-l', 'command', 'line-numbers'],
  ['i i', 'command', 'interrupt'],
  ['0 0', 'command', 'restart'],
  ['Escape', 'edit', 'leave'],
  ['Ctrl-m', 'edit', 'leave'],
  ['Tab', 'edit', 'complete'],
  ['Shift-Tab', 'edit', 'documentation'],
  ['Mod-/', 'edit', 'toggle-comment'],
  ['Alt-a', 'edit', 'toggle-block-comment'],
  ['Mod-d', 'edit', 'delete-line'],
  ['Mod-Shift-k', 'edit', 'delete-line'],
  ['Mod-z', 'edit', 'undo'],
  ['Mod-Shift-z', 'edit', 'redo'],
  ['Ctrl-y', 'edit', 'redo'],
  ...(['command', 'edit'] as const).flatMap((place) => [
    ['Shift-Enter', place, 'run-advance'] as const,
    ['Mod-Enter', place, 'run'] as const,
    ['Alt-Enter', place, 'run-insert'] as const,
    ['Mod-s', place, 'save'] as const,
    ['Mod-Shift-s', place, 'save-as'] as const,
    ['Mod-Shift-h', place, 'keys'] as const,
    ['Mod-Shift-c', place, 'palette'] as const,
    ['Mod-f', place, 'find'] as const,
    ['Mod-h', place, 'replace'] as const,
    ['Mod-g', place, 'find-next'] as const,
    ['Mod-Shift-g', place, 'find-previous'] as const,
    ['Alt-l', place, 'find-in-selection'] as const,
    ['Mod-Shift-f', place, 'files'] as const,
    ['Mod-,', place, 'settings'] as const,
  ]),
]

test.each(jupyterLab)('%s in %s mode runs %s', (keys, place, command) => {
  for (const mac of [true, false])
    expect(new Keymap(defaultKeys, {}, mac).commandsOn(normalKeys(keys, mac) ?? '', place)).toContain(command)
})

/**
 * The files besides the keymap that may name keys: for conventions of menus, dialogs, fields and buttons,
 * which belong to browsers and screen readers, and for Vim.
 */
const conventions = [
  'client/commands/key-target.ts',
  'client/editor/vim.ts',
  'client/elements/dismiss.ts',
  'client/elements/nb-ask.ts',
  'client/elements/nb-comment-field.ts',
  'client/elements/nb-find.ts',
  'client/elements/nb-ghost.ts',
  'client/elements/move-focus.ts',
  'client/elements/nb-menus.ts',
  'client/elements/type-ahead.ts',
  'client/elements/nb-model.ts',
  'client/elements/nb-notebook-list.ts',
  'client/elements/nb-notebook-search.ts',
  'client/elements/nb-notebook-tree.ts',
  'client/elements/nb-menu.ts',
  'client/elements/nb-cell-menu.ts',
  'client/elements/nb-palette.ts',
  'client/elements/nb-key-field.ts',
  'client/elements/type-ahead.ts',
]

test('keys are named only in the keymap and in the listed files', async () => {
  const found: string[] = []
  for (const folder of [
    'commands',
    'comments',
    'document',
    'editor',
    'elements',
    'panels',
    'settings',
    'style',
    'output',
  ])
    for (const name of await readdir(`client/${folder}`)) {
      const file = join('client', folder, name)
      if (!name.endsWith('.ts') || conventions.includes(file)) continue
      const text = await readFile(file, 'utf8')
      if (/\bevent\.key\b|[{ ]key: '[A-Z]|\bkey(s)? === '|\(((Ctrl|Cmd|Shift|Alt)\+|Esc\))/.test(text))
        found.push(file)
    }
  expect(found).toEqual([])
})
