import { describe, expect, test } from 'vitest'
import { urlOf, parse, pathIn, type Route } from '../../../shared/api/route.ts'
import { routes, type RouteName } from '../../../shared/api/routes.ts'

const names = Object.keys(routes) as RouteName[]
const found = (method: string, pathname: string): RouteName[] =>
  names.filter((name) => routes[name].method === method && pathIn(routes[name], pathname) !== null)

/** A path that the route's URL may contain. */
const pathFor = ({ path: address }: Route): string =>
  address.endsWith('{folder}') ? 'a b/ü%2F#?/' : 'a b/ü%2F#?.ipynb'

describe('API routes', () => {
  test.each(names)('%s is the only route that matches its URL, and the path survives encoding', (name) => {
    const route = routes[name]
    const address = urlOf(route, pathFor(route))
    expect(found(route.method, address)).toEqual([name])
    const path = pathIn(route, address)
    if (address === route.path) expect(path).toBe('')
    else expect(decodeURIComponent(path ?? '')).toBe(pathFor(route))
  })

  test('a URL with a missing or different last part matches no route', () => {
    expect(found('GET', '/api/notebooks')).toEqual(['listNotebooks'])
    expect(found('GET', '/api/notebooks/')).toEqual([])
    expect(found('GET', '/api/notebooksa')).toEqual([])
    expect(found('GET', '/api/notebooks/a/')).toEqual([])
    expect(found('GET', '/api/files/')).toEqual(['listFiles'])
    expect(found('PUT', '/api/files/a/')).toEqual([])
    expect(found('GET', '/api/files/a')).toEqual(['readFile'])
  })
})

describe('an HTTP body', () => {
  test('is accepted, and unknown properties are dropped', () => {
    const listed = { path: 'a.ipynb', title: 'a', modified: new Date(0).toISOString(), size: 1 }
    expect(parse(routes.listNotebooks.answer, [{ ...listed, later: 1 }])).toEqual({
      ok: true,
      value: [listed],
    })
    expect(parse(routes.nameVersion.body, { name: ' Draft ', at: 1 })).toEqual({
      ok: true,
      value: { name: 'Draft', at: 1 },
    })
  })

  test('is refused with the names of the wrong properties if it does not match its schema', () => {
    const where = (name: RouteName, part: 'body' | 'answer', value: unknown): string | null => {
      const schema = (routes[name] as Route)[part]
      if (schema === null) throw new Error(`${name} has no ${part}`)
      const parsed = parse(schema, value)
      return parsed.ok ? null : parsed.where
    }
    expect(where('listNotebooks', 'answer', [{ path: 5, title: '', modified: 'soon' }])).toBe(
      '0.path, 0.modified, 0.size',
    )
    expect(where('createNotebook', 'body', {})).toBe('path')
    expect(where('createNotebook', 'body', null)).toBe('')
    expect(where('restoreNotebook', 'body', null)).toBe(null)
    expect(where('nameVersion', 'body', { name: ' ', at: 0.5, by: {} })).toBe('name, at, by')
    expect(
      where('readHistory', 'answer', { updates: 1, groups: [null], versions: {}, clients: [['a']] }),
    ).toBe('groups.0, versions, people, clients.0')
  })
})
