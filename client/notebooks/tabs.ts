// The notebooks open in this page, as in its URL: `/notebook/a.ipynb?tab=a.ipynb&tab=b.ipynb&beside=b.ipynb`. The URL of a
// single notebook is only its path.
import { encodePath } from '../../shared/api/route.ts'

export interface Tab {
  /** Stays the same if the notebook is renamed or replaced by another. */
  readonly id: number
  readonly path: string
}

export interface Tabs {
  readonly all: readonly Tab[]
  /** The focused one; null while the list or the settings are shown. */
  readonly active: Tab | null
  /** Shown next to the active one. */
  readonly beside: Tab | null
}

export const noTabs: Tabs = { all: [], active: null, beside: null }

export interface TabPaths {
  readonly all: readonly string[]
  readonly active: string | null
  readonly beside: string | null
}

export const pathsOf = ({ all, active, beside }: Tabs): TabPaths => ({
  all: all.map(({ path }) => path),
  active: active?.path ?? null,
  beside: beside?.path ?? null,
})

let ids = 0

/** Reads a URL. Open tabs keep their ids, also if a path was replaced by another. */
export const readTabs = (before: Tabs, active: string | null, search: string): Tabs => {
  const query = new URLSearchParams(search)
  const listed = [...new Set(query.getAll('tab'))]
  const paths = active === null || listed.includes(active) ? listed : [...listed, active]
  const gone = before.all.filter(({ path }) => !paths.includes(path))
  const all = paths.map(
    (path) =>
      before.all.find((tab) => tab.path === path) ?? { id: gone.shift()?.id ?? ++ids, path },
  )
  const at = (path: string | null): Tab | null => all.find((tab) => tab.path === path) ?? null
  const beside = query.get('beside')
  return { all, active: at(active), beside: active === null || beside === active ? null : at(beside) }
}

/** The query of their URL. */
export const searchOf = ({ all, active, beside }: TabPaths): string => {
  if (all.length === 0 || (all.length === 1 && active !== null)) return ''
  // As in a path, so that slashes stay readable.
  const value = (path: string): string => encodePath(path).replaceAll('+', '%2B')
  const tabs = all.map((path) => `tab=${value(path)}`)
  return `?${[...tabs, ...(beside === null ? [] : [`beside=${value(beside)}`])].join('&')}`
}

/** Activates the tab of a notebook, or opens it where `over` is shown, whose tab it replaces unless that `stays`, or in a new tab. */
export const withOpened = (tabs: TabPaths, path: string, over: string | null, stays = false): TabPaths => {
  const { all, beside } = tabs
  if (all.includes(path))
    return { all, active: path, beside: beside === path ? tabs.active : beside }
  const at = over === null ? -1 : all.indexOf(over)
  return {
    all: at < 0 ? [...all, path] : stays ? all.toSpliced(at + 1, 0, path) : all.with(at, path),
    active: over === null || over === tabs.active || over !== beside ? path : tabs.active,
    beside: over !== null && over === beside ? path : beside,
  }
}

export const withClosed = ({ all, active, beside }: TabPaths, path: string): TabPaths => {
  const at = all.indexOf(path)
  const left = all.filter((other) => other !== path)
  const next = beside !== null && beside !== path ? beside : (left[Math.min(at, left.length - 1)] ?? null)
  const now = active === path ? next : active
  return { all: left, active: now, beside: beside === path || beside === now ? null : beside }
}

/** The tab after (1) or before (-1) the active one. */
export const withNext = (tabs: TabPaths, step: 1 | -1): TabPaths => {
  const { all, active, beside } = tabs
  const order = all.filter((path) => path !== beside)
  const at = active === null ? -1 : order.indexOf(active)
  const next = order[(at + step + order.length) % order.length]
  return next === undefined ? tabs : { ...tabs, active: next }
}

/** Shows two tabs side by side (the next one if no path is given), or a single one again. */
export const withSplit = (tabs: TabPaths, path: string | null = null): TabPaths => {
  if (tabs.active === null) return tabs
  if (tabs.beside !== null && path === null) return { ...tabs, beside: null }
  const beside = path ?? withNext({ ...tabs, beside: null }, 1).active
  return beside === null || beside === tabs.active ? tabs : { ...tabs, beside }
}
