import { expect, test } from 'vitest'
import type { Panel } from '../../../client/panels/panel.ts'
import { Panels } from '../../../client/panels/panels.ts'
import { SettingsStore } from '../../../client/settings/store.ts'

const panel = (id: Panel['id'], side: Panel['side']): Panel => ({
  id,
  side,
  title: id,
  icon: null,
  needsNotebook: false,
  load: async () => undefined,
  content: () => null,
})
const all = [
  panel('files', 'over'),
  panel('history', 'over'),
  panel('variables', 'below'),
  panel('keys', 'corner'),
]

test('only one panel covers the notebook at a time, and the one below the notebook is remembered', () => {
  const values = new Map<string, unknown>()
  const home = {
    read: (key: string) => values.get(key) ?? null,
    write: (key: string, value: unknown) => void values.set(key, value),
    listen: () => undefined,
  }
  const settings = new SettingsStore(home)
  const panels = new Panels(all, settings)
  const open = (of = panels) => of.open.map(({ id }) => id)
  let changes = 0
  panels.onChange(() => changes++)
  expect([open(), panels.covered]).toEqual([[], false])
  panels.toggle('variables')
  panels.toggle('files')
  expect([open(), panels.covered]).toEqual([['variables', 'files'], true])
  panels.toggle('history')
  panels.toggle('keys')
  expect(open()).toEqual(['variables', 'history', 'keys'])
  panels.closeTop()
  panels.toggle('history')
  expect([open(), panels.covered]).toEqual([['variables'], false])
  expect(changes).toBe(6)
  panels.toggle('files')
  // Another page, and a version without one of the panels.
  expect(open(new Panels(all, new SettingsStore(home)))).toEqual(['variables'])
  expect(open(new Panels(all.slice(0, 2), settings))).toEqual([])
  panels.closeTop()
  panels.close('variables')
  expect(open(new Panels(all, new SettingsStore(home)))).toEqual([])
  expect(() => panels.toggle('outline')).toThrow('no panel outline')
})

test('only one panel is beside the notebook at a time', () => {
  const values = new Map<string, unknown>()
  const settings = new SettingsStore({
    read: (key) => values.get(key) ?? null,
    write: (key, value) => void values.set(key, value),
    listen: () => undefined,
  })
  const panels = new Panels([...all, panel('comments', 'beside'), panel('context', 'beside')], settings)
  for (const id of ['variables', 'comments', 'context', 'history']) panels.toggle(id)
  expect(panels.open.map(({ id }) => id)).toEqual(['variables', 'context', 'history'])
})
