// Tabs as encoded in the URL, folders from paths, and the names that links use.
import { expect, test } from 'vitest'
import { linkName } from '../../../client/notebooks/names.ts'
import {
  noTabs,
  pathsOf,
  readTabs,
  searchOf,
  withClosed,
  withNext,
  withOpened,
  withSplit,
  type TabPaths,
} from '../../../client/notebooks/tabs.ts'
import { treeOf } from '../../../client/notebooks/tree.ts'
import { Random } from '../../support/random.ts'

test('the URL encodes all tabs, and a notebook that stays open keeps its tab (random)', () => {
  const random = new Random(8)
  const names = ['a.ipynb', 'b/ü & c.ipynb', 'd+e.ipynb', '100%.ipynb', 'f?g=h.ipynb']
  let tabs = noTabs
  for (let turn = 0; turn < 500; turn++) {
    const before = pathsOf(tabs)
    const some = random.pick(names)
    const next = random.pick<() => TabPaths>([
      () => withOpened(before, some, before.active),
      () => withOpened(before, some, null),
      () => withClosed(before, before.active ?? some),
      () => withClosed(before, some),
      () => withNext(before, random.chance(0.5) ? 1 : -1),
      () => withSplit(before),
      () => ({ ...before, active: null, beside: null }),
    ])()
    const read = readTabs(tabs, next.active, searchOf(next))
    // This includes a single tab and none.
    expect(pathsOf(read)).toEqual(next)
    expect(new Set(next.all).size).toBe(next.all.length)
    if (next.beside !== null) expect([next.active, next.beside].every((path) => next.all.includes(path ?? ''))).toBe(true)
    expect(next.beside === null || next.beside !== next.active).toBe(true)
    for (const tab of tabs.all)
      if (next.all.includes(tab.path)) expect(read.all.find(({ path }) => path === tab.path)?.id).toBe(tab.id)
    expect(new Set(read.all.map(({ id }) => id)).size).toBe(read.all.length)
    tabs = read
  }
})

test('a notebook that replaces another takes over its tab', () => {
  const one = readTabs(noTabs, 'a.ipynb', '')
  const other = readTabs(one, 'b.ipynb', '')
  expect(other.active?.id).toBe(one.active?.id)
  const two = readTabs(other, 'c.ipynb', searchOf({ all: ['b.ipynb', 'c.ipynb'], active: 'c.ipynb', beside: null }))
  expect(two.all.map(({ path }) => path)).toEqual(['b.ipynb', 'c.ipynb'])
  expect(two.all[0]?.id).toBe(other.active?.id)
})

test('folders come first, and numbers in names are in numeric order', () => {
  const tree = treeOf(['b/10.ipynb', 'b/9.ipynb', 'a.ipynb', 'b/c/x.ipynb', 'Z.ipynb'].map((path) => ({ path })))
  expect(tree.folders.map(({ path, folders }) => [path, folders.map((inside) => inside.path)])).toEqual([
    ['b', ['b/c']],
  ])
  expect(tree.notebooks.map(({ path }) => path)).toEqual(['a.ipynb', 'Z.ipynb'])
  expect(tree.folders[0]?.notebooks.map(({ path }) => path)).toEqual(['b/9.ipynb', 'b/10.ipynb'])
  expect([tree.count, tree.folders[0]?.count]).toEqual([5, 3])
})

test.each([
  ['b.ipynb', 'a.ipynb', 'b'],
  ['x/b.ipynb', 'x/a.ipynb', 'b'],
  ['b.ipynb', 'x/y/a.ipynb', '../../b'],
  ['x/z/b.ipynb', 'x/y/a.ipynb', '../z/b'],
  ['x.ipynb', 'x/a.ipynb', '../x'],
])('%s is linked from %s as %s', (path, here, name) => {
  expect(linkName(path, here)).toBe(name)
})
