import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'

let relay: TestRelay
beforeEach(async () => {
  relay = await TestRelay.start({ 'a b.ipynb': notebookText('one'), 'other.ipynb': notebookText('x') })
})
afterEach(() => relay.stop())

const address = '/api/history/a%20b.ipynb'

interface Timeline {
  readonly updates: number
  readonly groups: readonly {
    readonly first: number
    readonly last: number
    readonly from: number
    readonly to: number
    readonly updates: number
    readonly users: readonly string[]
  }[]
  readonly versions: readonly {
    readonly at: number
    readonly name: string
    readonly by: string
    readonly user: string | null
  }[]
  readonly people: readonly (readonly [string, string])[]
  readonly clients: readonly (readonly [number, string])[]
}

const timeline = async (path = address): Promise<Timeline> =>
  (await (await relay.request(path)).json()) as Timeline

const sourcesAt = async (at: number): Promise<string[]> => {
  const answer = await relay.request(`${address}?at=${at}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/octet-stream')
  const doc = new Y.Doc()
  Y.applyUpdate(doc, new Uint8Array(await answer.arrayBuffer()))
  return readNotebook(doc).cells.map(({ source }) => source)
}

/**
 * Somebody with this name types at the end of the first cell, character by character, until the relay has
 * it.
 */
const typing = async (name: string, text: string, id?: string): Promise<number> => {
  const client = await relay.synced('a b.ipynb')
  client.awareness.setLocalStateField('user', { name, color: '#000000', ...(id === undefined ? {} : { id }) })
  const [first] = visibleCells(client.doc)
  if (!first) throw new Error('no cell')
  const { updates } = await timeline()
  for (const letter of text) {
    const from = readNotebook(client.doc).cells[0]?.source.length ?? 0
    apply(client.doc, { type: 'splice-source', id: first, from, to: from, insert: letter })
  }
  await expect.poll(async () => (await timeline()).updates, soon).toBe(updates + text.length)
  client.disconnect()
  return client.doc.clientID
}

describe('the history', () => {
  test('lists who edited when, and has the notebook at any point', async () => {
    expect(await timeline()).toMatchObject({ updates: 1, versions: [], clients: [] })
    const ana = await typing('Ana', ' two')
    const ben = await typing('Ben', '!')
    const { updates, groups, clients } = await timeline()
    expect(updates).toBe(6)
    expect(groups.map(({ first, last, updates, users }) => [first, last, updates, users])).toEqual([
      [1, 1, 1, ['']],
      [2, 5, 4, ['Ana']],
      [6, 6, 1, ['Ben']],
    ])
    expect(clients).toEqual([
      [ana, 'Ana'],
      [ben, 'Ben'],
    ])
    for (const { from, to } of groups) expect(Math.abs(Date.now() - from) + to - from).toBeLessThan(60_000)
    expect(await sourcesAt(1)).toEqual(['one'])
    expect(await sourcesAt(4)).toEqual(['one tw'])
    expect(await sourcesAt(6)).toEqual(['one two!'])
    // The same after a restart, from the log.
    await relay.restart()
    expect((await timeline()).groups).toEqual(groups)
    expect(await sourcesAt(4)).toEqual(['one tw'])
  })

  test('distinguishes two people with one name, and shows their present names', async () => {
    const first = await typing('Ana', ' x', 'a1')
    const second = await typing('Ana', 'y', 'a2')
    const stock = await typing('Ana', 'z')
    expect((await timeline()).groups.map(({ users }) => users)).toEqual([[''], ['a1'], ['a2'], ['Ana']])
    const renamed = await typing('Anna', '!', 'a1')
    const told = await timeline()
    expect(new Map(told.people)).toEqual(
      new Map([
        ['a1', 'Anna'],
        ['a2', 'Ana'],
      ]),
    )
    expect(told.clients).toEqual([
      [first, 'a1'],
      [second, 'a2'],
      [stock, 'Ana'],
      [renamed, 'a1'],
    ])
    await relay.request(address, 'POST', { name: 'Mine', at: 2, by: 'Ana', user: 'a2' })
    await relay.restart()
    expect(await timeline()).toMatchObject({
      groups: told.groups,
      people: told.people,
      versions: [{ name: 'Mine', by: 'Ana', user: 'a2' }],
    })
  })

  test('attributes edits and versions to the person the relay knows, whatever the client says', async () => {
    await relay.stop()
    const user = { id: 'u1', name: 'Ana' }
    relay = await TestRelay.start(
      { 'a b.ipynb': notebookText('one') },
      { authorize: () => ({ role: 'write', user }) },
    )
    const client = await typing('Ben', '!', 'b1')
    await relay.request(address, 'POST', { name: 'Draft', at: 1, by: 'Ben', user: 'b1' })
    expect(await timeline()).toMatchObject({
      people: [['u1', 'Ana']],
      clients: [[client, 'u1']],
      versions: [{ by: 'Ana', user: 'u1' }],
    })
  })

  test('is right at any point of more updates than a chunk holds, compacted meanwhile', async () => {
    const text = Array.from({ length: 1_300 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('')
    await typing('Ana', text)
    for (const at of [1, 499, 500, 501, 502, 1_000, 1_001, 1_301])
      expect(await sourcesAt(at)).toEqual([`one${text.slice(0, at - 1)}`])
    expect((await timeline()).groups.reduce((sum, group) => sum + group.updates, 0)).toBe(1_301)
  })

  test('has named versions of each notebook', async () => {
    await typing('Ana', 'x')
    const named = await relay.request(address, 'POST', { name: '  Draft ', at: 1, by: 'Ana' })
    expect(named.status).toBe(201)
    expect(await named.json()).toMatchObject({ name: 'Draft', at: 1, by: 'Ana' })
    await relay.request(address, 'POST', { name: 'Done', at: 2 })
    await relay.restart()
    expect((await timeline()).versions.map(({ at, name, by }) => [at, name, by])).toEqual([
      [1, 'Draft', 'Ana'],
      [2, 'Done', ''],
    ])
    expect((await timeline('/api/history/other.ipynb')).versions).toEqual([])
  })

  test('refuses invalid requests', async () => {
    const refused = async (path: string, method = 'GET', body?: unknown): Promise<[number, string]> => {
      const answer = await relay.request(path, method, body)
      const { error } = (await answer.json()) as { error: { code: string; message: string } }
      expect(error.message).not.toBe('')
      return [answer.status, error.code]
    }
    for (const at of ['0', '2', '-1', '1.5', 'x', '', '1e0', '99999999999999999999'])
      expect(await refused(`${address}?at=${at}`), at).toEqual([400, 'bad_request'])
    for (const body of [
      null,
      [],
      {},
      { name: 'x' },
      { at: 1 },
      { name: '', at: 1 },
      { name: ' ', at: 1 },
      { name: 5, at: 1 },
      { name: 'x', at: '1' },
      { name: 'x', at: 2 },
      { name: 'x', at: 0.5 },
      { name: 'x'.repeat(201), at: 1 },
      { name: 'x', at: 1, by: {} },
    ])
      expect(await refused(address, 'POST', body), JSON.stringify(body)).toEqual([400, 'bad_request'])
    expect(await refused(address, 'PUT', {})).toEqual([405, 'method_not_allowed'])
    expect(await refused('/api/history/none.ipynb')).toEqual([404, 'not_found'])
    expect(await refused('/api/history/..%2Fa.ipynb')).toEqual([400, 'bad_request'])
    expect(await refused('/api/history/%zz.ipynb')).toEqual([400, 'bad_request'])
    expect(await refused('/api/history')).toEqual([404, 'not_found'])
    expect((await timeline()).versions).toEqual([])
    const foreign = await relay.request(
      address,
      'POST',
      { name: 'x', at: 1 },
      { origin: 'http://evil.example' },
    )
    expect(foreign.status).toBe(403)
  })

  test('follows a renamed notebook', async () => {
    await relay.request(address, 'POST', { name: 'Draft', at: 1 })
    await relay.request('/api/notebooks/a%20b.ipynb', 'PATCH', { path: 'c/d e.ipynb' })
    const moved = await relay.request(`${address}?at=1`)
    expect([moved.status, moved.headers.get('location')]).toEqual([307, '/api/history/c/d%20e.ipynb?at=1'])
    expect((await timeline('/api/history/c/d%20e.ipynb')).versions).toHaveLength(1)
  })
})
