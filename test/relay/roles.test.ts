// What each role may do: every request and every message, at a relay with a token for each role.
import * as encoding from 'lib0/encoding'
import * as decoding from 'lib0/decoding'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { urlOf } from '../../shared/api/route.ts'
import { routes, type RouteName } from '../../shared/api/routes.ts'
import { allows, roles, type Grant, type Role } from '../../shared/grant.ts'
import { blobName } from '../../shared/notebook/output/blob.ts'
import { parseParticipant, parseRelayPresence } from '../../shared/presence.ts'
import { parseSettings } from '../../relay/config.ts'
import type { Message } from '../../relay/sync/message.ts'
import { notebookText, TestRelay, type TestSocket } from '../support/relay.ts'
import { readSources, sourceAt } from '../support/sources.ts'
import { soon } from '../support/soon.ts'

const tokens = { read: 'reads', comment: 'comments', write: 'writes' }
const name = 'a.ipynb'

interface Asking {
  /** The lowest role that may. */
  readonly role: Role
  readonly path: string
  readonly body?: string
}

const blob = new Uint8Array([1, 2, 3])
const requests: Readonly<Record<RouteName, Asking>> = {
  listNotebooks: { role: 'read', path: '' },
  createNotebook: { role: 'write', path: '', body: '{"path": "new"}' },
  readGrant: { role: 'read', path: '' },
  readNotebook: { role: 'read', path: name },
  mergeNotebook: { role: 'write', path: name, body: notebookText('merged') },
  renameNotebook: { role: 'write', path: name, body: '{"path": "renamed"}' },
  deleteNotebook: { role: 'write', path: name },
  readHistory: { role: 'read', path: name },
  listEdits: { role: 'read', path: name },
  nameVersion: { role: 'write', path: name, body: '{"name": "Draft", "at": 1}' },
  listBin: { role: 'write', path: '' },
  emptyBin: { role: 'write', path: '' },
  restoreNotebook: { role: 'write', path: '2026-01-01T00-00-00-000Z-abcd/a.ipynb' },
  discardNotebook: { role: 'write', path: '2026-01-01T00-00-00-000Z-abcd/a.ipynb' },
  recover: {
    role: 'write',
    path: name,
    body: JSON.stringify({ docId: 'd', vector: null, digests: [], acknowledged: null, content: null }),
  },
  readBlob: { role: 'read', path: blobName(blob) },
  keepBlob: { role: 'write', path: blobName(blob), body: Buffer.from(blob).toString() },
  listFolders: { role: 'read', path: '' },
  makeFolder: { role: 'write', path: '', body: '{"path": "new"}' },
  moveFolder: { role: 'write', path: 'none/', body: '{"path": "new"}' },
  removeFolder: { role: 'write', path: 'none/' },
  listFiles: { role: 'read', path: '' },
  readCraft: { role: 'read', path: name },
  readFile: { role: 'read', path: 'data.csv' },
  writeFile: { role: 'write', path: 'new.csv', body: '1' },
  listModels: { role: 'read', path: '' },
  suggest: {
    role: 'write',
    path: name,
    body: JSON.stringify({
      person: 'ana',
      model: null,
      kind: 'code',
      above: '',
      before: 'a',
      after: '',
      not: [],
    }),
  },
  searchNotebooks: { role: 'read', path: '' },
  listBacklinks: { role: 'read', path: name },
}

const files = { [name]: notebookText('one'), 'data.csv': '1,2' }

describe('an HTTP request', () => {
  let relay: TestRelay
  beforeAll(async () => {
    relay = await TestRelay.start(files, {}, { tokens })
  })
  afterAll(() => relay.stop())

  const status = async (address: string, method: string, role: Role | null, body?: string): Promise<number> =>
    (
      await fetch(relay.origin + address, {
        method,
        redirect: 'manual',
        headers: role === null ? {} : { authorization: `Bearer ${tokens[role]}` },
        ...(body === undefined ? {} : { body }),
      })
    ).status

  test('of every route is in this table', () => {
    expect(Object.keys(requests).sort()).toEqual(Object.keys(routes).sort())
  })

  // Roles that may not come first, as the request of another may delete its target.
  test.each(Object.entries(requests) as [RouteName, Asking][])(
    '%s is refused below its role',
    async (route, { role, path, body }) => {
      const { method } = routes[route]
      const address = urlOf(routes[route], path)
      expect(await status(address, method, null, body)).toBe(401)
      for (const each of roles) {
        const answered = await status(address, method, each, body)
        if (allows(each, role)) expect([401, 403, 405, 500], `${each}: ${answered}`).not.toContain(answered)
        else expect(answered, each).toBe(403)
      }
    },
  )

  test('for the page or packages needs any token, and /healthz none', async () => {
    for (const address of ['/', '/pypi/simple/no..project/', '/pyodide/packages/none.whl']) {
      expect(await status(address, 'GET', null), address).toBe(401)
      for (const role of roles) expect([200, 404, 502]).toContain(await status(address, 'GET', role))
    }
    expect(await status('/healthz', 'GET', null)).toBe(200)
  })

  test('with a reader’s token in the URL sets a cookie for that role', async () => {
    const first = await fetch(`${relay.origin}/?token=reads`, { redirect: 'manual' })
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';')
    const grant = await fetch(`${relay.origin}/api/grant`, { headers: { cookie } })
    expect(await grant.json()).toEqual({ role: 'read', user: null })
    // A later URL with another token takes effect at once.
    const other = await fetch(`${relay.origin}/api/grant?token=writes`, { headers: { cookie } })
    expect(await other.json()).toEqual({ role: 'write', user: null })
  })
})

const message = (type: number, write: (encoder: encoding.Encoder) => void = () => undefined): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, type)
    write(encoder)
  })
const bytes = (value: Uint8Array) => (encoder: encoding.Encoder) =>
  encoding.writeVarUint8Array(encoder, value)
const sync = (step: number, value: Uint8Array): Uint8Array =>
  message(0, (encoder) => {
    encoding.writeVarUint(encoder, step)
    bytes(value)(encoder)
  })
const presence = (client: number, state: unknown): Uint8Array =>
  message(1, (encoder) => {
    const entry = encoding.encode((inner) => {
      encoding.writeVarUint(inner, 1)
      encoding.writeVarUint(inner, client)
      encoding.writeVarUint(inner, 1)
      encoding.writeVarString(inner, JSON.stringify(state))
    })
    bytes(entry)(encoder)
  })
const update = (): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText('t').insert(0, 'written')
  return Y.encodeStateAsUpdate(doc)
}
const acknowledge = message(102, bytes(new Uint8Array([7])))
const texts = (socket: TestSocket, type: number): string[] =>
  socket.messages
    .filter(([first]) => first === type)
    .map((frame) => {
      const decoder = decoding.createDecoder(frame)
      decoding.readVarUint(decoder)
      return decoding.readVarString(decoder)
    })

interface Sending {
  readonly role: Role
  readonly frame: () => Uint8Array
  /** Whether the message was accepted. */
  readonly taken: (socket: TestSocket, watching: Y.Doc, others: ReadonlyMap<number, unknown>) => boolean
}

const has =
  (type: number, step?: number) =>
  ({ messages }: TestSocket): boolean =>
    messages.some(([first, second]) => first === type && (step === undefined || second === step))

const kinds: Readonly<Record<Message['type'], Sending>> = {
  ask: { role: 'read', frame: () => sync(0, new Uint8Array([0])), taken: has(0, 1) },
  update: {
    role: 'write',
    frame: () => sync(2, update()),
    taken: (_, watching) => watching.getText('t').toString() === 'written',
  },
  awareness: {
    role: 'read',
    frame: () => presence(77, { user: { name: 'Ana' } }),
    taken: (_, _watching, others) => others.has(77),
  },
  'ask awareness': {
    role: 'read',
    frame: () => message(3),
    taken: ({ messages }) => messages.filter(([type]) => type === 1).length > 1,
  },
  acknowledge: { role: 'read', frame: () => acknowledge, taken: has(102) },
  tally: {
    role: 'read',
    frame: () =>
      message(104, (encoder) => {
        encoding.writeVarUint(encoder, 0)
        bytes(new Uint8Array())(encoder)
      }),
    taken: has(104),
  },
}

describe('a message on the socket', () => {
  let relay: TestRelay
  afterEach(() => relay.stop())

  const join = async (role: Role): Promise<TestSocket> => {
    const socket = relay.socket(name, `?token=${tokens[role]}`)
    await expect.poll(() => texts(socket, 105), soon).toEqual([JSON.stringify({ user: null, role })])
    return socket
  }

  test.each(
    roles.flatMap((role) => Object.entries(kinds).map(([kind, sending]) => [role, kind, sending] as const)),
  )(
    'of a person with the role %s is accepted or refused by its type: %s',
    async (role, _, { role: needed, frame, taken }) => {
      relay = await TestRelay.start(files, {}, { tokens })
      const other = await relay.synced(name, { token: tokens.write })
      const socket = await join(role)
      await expect.poll(() => has(1)(socket), soon).toBe(true)
      const isTaken = (): boolean => taken(socket, other.doc, other.awareness.getStates())
      socket.socket.send(frame())
      // A page that counts messages is notified when one was sent to it.
      socket.socket.send(message(3))
      if (allows(role, needed)) {
        await expect.poll(isTaken, soon).toBe(true)
        return expect(texts(socket, 106)).toEqual([])
      }
      await expect
        .poll(() => texts(socket, 106), soon)
        .toEqual([
          role === 'comment'
            ? 'you may comment on this notebook but not change it; this is more than comments'
            : `you may ${role} this notebook but not change it`,
        ])
      expect(isTaken()).toBe(false)
      expect(socket.open).toBe(true)
    },
  )

  test('of a reader that edits is neither logged nor acknowledged, and the reader still receives updates', async () => {
    relay = await TestRelay.start(files, {}, { tokens })
    const ana = await relay.synced(name, { token: tokens.write })
    const ben = await relay.synced(name, { token: tokens.read })
    const heard: string[] = []
    for (const type of [102, 106]) ben.messageHandlers[type] = () => heard.push(String(type))
    sourceAt(ben.doc, 0).insert(0, 'mine ')
    await expect.poll(() => heard, soon).toEqual(['106'])
    ben.ws?.send(acknowledge as Uint8Array<ArrayBuffer>)
    sourceAt(ana.doc, 0).insert(3, ' two')
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['mine one two'])
    // It reconnects, and is asked for what it has: that is refused as well.
    heard.length = 0
    ben.disconnect()
    ben.connect()
    await expect.poll(() => heard, soon).toContain('106')
    ben.ws?.send(acknowledge as Uint8Array<ArrayBuffer>)
    sourceAt(ana.doc, 0).insert(0, '-')
    await expect.poll(() => readSources(ben.doc)[0]?.includes('-'), soon).toBe(true)
    expect(heard).not.toContain('102')
    expect(readSources(ana.doc)).toEqual(['-one two'])
    await relay.restart()
    expect(await (await relay.request(`/api/notebooks/${name}`)).text()).toBe(notebookText('-one two'))
  })

  test('of a reader can show its person and caret, but nothing that others act on', async () => {
    relay = await TestRelay.start(files, {}, { tokens })
    const ana = await relay.synced(name, { token: tokens.write })
    const reader = await join('read')
    const cursor = { anchor: {}, head: {} }
    const said = { user: { name: 'Ben', color: '#123456' }, cell: 'c', cursor }
    const more = { executor: 'k', sharesKernel: true, writeBack: true, model: 'x', relay: { instance: 'x' } }
    reader.socket.send(presence(77, { ...said, ...more }))
    await expect.poll(() => ana.awareness.getStates().get(77), soon).toEqual(said)
    // Nobody can speak for the relay, not even with the role `write`.
    const relays = (): number =>
      [...ana.awareness.getStates().values()].filter((state) => parseRelayPresence(state)).length
    const writer = await join('write')
    writer.socket.send(
      presence(78, { ...said, ...more, relay: { instance: 'x', file: { status: 'written', at: 0 } } }),
    )
    await expect
      .poll(() => ana.awareness.getStates().get(78), soon)
      .toEqual({ ...said, executor: 'k', sharesKernel: true, writeBack: true })
    expect(relays()).toBe(1)
  })

  test('of a person the relay knows cannot use another name', async () => {
    const grant: Grant = { user: { id: 'u1', name: 'Ana' }, role: 'write' }
    relay = await TestRelay.start(files, { authorize: () => grant })
    const ben = await relay.synced(name)
    const socket = relay.socket(name)
    await expect.poll(() => texts(socket, 105), soon).toEqual([JSON.stringify(grant)])
    socket.socket.send(presence(77, { user: { name: 'Ben', id: 'u2', color: '#123456' } }))
    await expect
      .poll(() => ben.awareness.getStates().get(77), soon)
      .toEqual({ user: { name: 'Ana', id: 'u1', color: '#123456' } })
    expect(parseParticipant(ben.awareness.getStates().get(77))).toMatchObject({ name: 'Ana' })
  })

  test('cannot be sent without the right token', async () => {
    relay = await TestRelay.start(files, {}, { tokens })
    expect((await relay.socket(name, '?token=read').closed).code).toBe(4401)
  })
})

describe('tokens', () => {
  test('are set by the command line or the environment, and must differ', () => {
    const read = (args: string[], env = {}) => parseSettings(args, env)
    expect(read(['--token-read', 'r', '--token-comment=c', '--token', 'w'])).toMatchObject({
      ok: true,
      value: { tokens: { read: 'r', comment: 'c', write: 'w' } },
    })
    expect(read([], { NOTEBOOK_TOKEN_READ: 'r', NOTEBOOK_TOKEN_COMMENT: 'c' })).toMatchObject({
      ok: true,
      value: { tokens: { read: 'r', comment: 'c', write: null } },
    })
    expect(read(['--token', 'x', '--token-read', 'x'])).toMatchObject({ ok: false })
  })

  test('for reading alone make writing need a generated one, also on loopback', async () => {
    const relay = await TestRelay.start(files, {}, { tokens: { read: 'r', comment: null, write: null } })
    try {
      const [, token = ''] = /\?token=([\w-]{32})$/.exec(relay.address) ?? []
      const grantFor = async (query: string): Promise<unknown> =>
        (await relay.request(`/api/grant${query}`)).json()
      expect(await grantFor(`?token=${token}`)).toEqual({ role: 'write', user: null })
      expect(await grantFor('?token=r')).toEqual({ role: 'read', user: null })
      expect(await grantFor('')).toMatchObject({ error: { code: 'not_allowed' } })
    } finally {
      await relay.stop()
    }
  })
})
