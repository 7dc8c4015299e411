import { describe, expect, test } from 'vitest'
import { SettingsStore, type SettingsHome } from '../../../client/settings/store.ts'
import { Shortcuts } from '../../../client/settings/shortcuts.ts'

/**
 * A browser with the storage that its tabs share. A tab is notified of the others’ writes, as by `storage`
 * events.
 */
const browser = (kept: Readonly<Record<string, unknown>> = {}) => {
  const values = new Map<string, string>(
    Object.entries(kept).map(([key, value]) => [`llm-notebook.${key}`, JSON.stringify(value)]),
  )
  const tabs: ((key: string | null) => void)[] = []
  const tab = (): SettingsHome => {
    let listener: (key: string | null) => void = () => undefined
    const hears = (key: string | null): void => listener(key)
    tabs.push(hears)
    return {
      read: (key) => JSON.parse(values.get(key) ?? 'null') as unknown,
      write: (key, value) => {
        values.set(key, JSON.stringify(value))
        for (const other of tabs) if (other !== hears) other(key)
      },
      listen: (heard) => (listener = heard),
    }
  }
  return { tab, values, clear: () => (values.clear(), tabs.forEach((hears) => hears(null))) }
}

describe('the settings of a browser', () => {
  test('have defaults until chosen, and are then the same in every tab and after a reload', () => {
    const { tab } = browser()
    const [one, two] = [new SettingsStore(tab()), new SettingsStore(tab())]
    const heard: string[] = []
    two.onChange((name) => heard.push(name))
    expect([one.get('theme'), two.get('editor').lineNumbers]).toEqual(['system', false])
    one.set('theme', 'dark')
    one.set('editor', { ...one.get('editor'), lineNumbers: true, indent: 'tab' })
    expect(heard).toEqual(['theme', 'editor'])
    for (const each of [one, two, new SettingsStore(tab())]) {
      expect(each.get('theme')).toBe('dark')
      expect(each.get('editor')).toMatchObject({ lineNumbers: true, indent: 'tab', wordWrap: true })
    }
  })

  test('keep both changes when two tabs change different ones at once', () => {
    const { tab } = browser()
    const [one, two] = [new SettingsStore(tab()), new SettingsStore(tab())]
    one.set('theme', 'light')
    two.set('identity', { name: 'Ana', color: '#b3261e' })
    expect([two.get('theme'), one.get('identity').name]).toEqual(['light', 'Ana'])
  })

  test('include a name and colour that are made up once', () => {
    const { tab, clear } = browser()
    const made = new SettingsStore(tab()).get('identity')
    const again = new SettingsStore(tab())
    expect(again.get('identity')).toEqual(made)
    again.set('theme', 'dark')
    clear()
    expect(again.get('theme')).toBe('system')
  })

  test.each([
    ['theme', 'purple', 'system'],
    ['theme', 5, 'system'],
    ['editor', [], { fontSize: 14 }],
    [
      'editor',
      { fontSize: 14.5, indent: '4', wordWrap: 'no', lineNumbers: true },
      { fontSize: 14, indent: 4, wordWrap: true, lineNumbers: true },
    ],
    ['keymap', 'x', {}],
    [
      'keymap',
      { save: { command: ['Mod-q', 5, 'Hyper-'], edit: 7, moon: ['x'] }, run: null },
      { save: { command: ['Mod-q'] }, run: {} },
    ],
    ['panels', { a: 1 }, []],
    ['panels', ['variables', 4], ['variables']],
  ] as const)('read as much as possible of an invalid %s: %j', (name, kept, expected) => {
    const store = new SettingsStore(browser({ [name]: kept }).tab())
    if (typeof expected === 'object') expect(store.get(name)).toMatchObject(expected)
    else expect(store.get(name)).toBe(expected)
  })

  test('last for the page if the browser stores nothing', () => {
    const store = new SettingsStore({ read: () => null, write: () => undefined, listen: () => undefined })
    store.set('theme', 'dark')
    expect(store.get('theme')).toBe('dark')
    expect(store.get('identity')).toBe(store.get('identity'))
  })
})

describe('shortcuts', () => {
  test('show the current keys, in this tab and in others', () => {
    const { tab } = browser()
    const [one, two] = [new SettingsStore(tab()), new SettingsStore(tab())].map(
      (store) => new Shortcuts(store),
    )
    if (one === undefined || two === undefined) throw new Error('two were made')
    let changes = 0
    two.onChange(() => changes++)
    expect(two.hint('Undo', 'undo')).toBe('Undo (Ctrl+Z)')
    expect(two.hint('Delete cell', 'delete')).toBe('Delete cell (D D)')
    expect(two.hint('Stop cell', 'stop')).toBe('Stop cell')
    one.set('stop', 'command', ['d d'])
    expect([two.hint('Stop cell', 'stop'), two.hint('Delete cell', 'delete')]).toEqual([
      'Stop cell (D D)',
      'Delete cell',
    ])
    two.reset('stop', 'command')
    one.set('save', 'edit', [])
    one.resetAll()
    expect(changes).toBe(4)
    expect(one.keymap.overrides).toEqual({})
    expect(one.hint('Delete cell', 'delete')).toBe('Delete cell (D D)')
  })
})
