import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { refusalOf } from '../../../shared/notebook/document/comment-guard.ts'
import {
  deleteMessage,
  editMessage,
  replyTo,
  setResolved,
  startThread,
} from '../../../shared/notebook/document/commenting.ts'
import { cellSource, visibleCells } from '../../../shared/notebook/document/read.ts'
import { listThreads, messagesOf, resolvedOf, threadsOf } from '../../../shared/notebook/document/threads.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { askForEdit } from '../../../shared/notebook/document/edit-request.ts'
import { byPerson, type Person } from '../../../shared/notebook/person.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const ana: Person = { id: 'u-ana', name: 'Ana' }
const ben: Person = { id: 'u-ben', name: 'Ben' }
const cell = cellId('a')
const commenter = { who: ben, isTaken: () => false }

const says = (who: Person, text: string, at: number) => ({ who, at, text, asksModel: false })
const threads = (doc: Y.Doc) => listThreads(doc, visibleCells(doc))

/** A random act that the role `comment` allows Ben. */
const allowed = (random: Random, doc: Y.Doc, at: number): void => {
  const all = threads(doc)
  const some = all.length > 0 ? random.pick(all) : null
  const choice = random.below(5)
  if (some === null || choice === 0)
    startThread(doc, random.chance(0.5) ? cell : null, null, says(ben, `b${at}`, at))
  else if (choice === 1) replyTo(doc, some.id, says(ben, `b${at}`, at))
  else if (choice === 2) setResolved(doc, some.id, random.chance(0.5) ? null : { ...byPerson(ben), at })
  else {
    const mine = some.messages.filter(({ user }) => user === ben.id)
    const message = mine.length > 0 ? random.pick(mine) : null
    if (message === null) return
    if (choice === 3) editMessage(doc, some.id, message.id, { who: ben, text: `e${at}`, at })
    else deleteMessage(doc, some.id, message.id, ben)
  }
}

/** A random act it does not allow, made with Yjs itself, as another client might. */
const forbidden = (random: Random, doc: Y.Doc, at: number): void => {
  const source = cellSource(doc, cell)
  const others = [...messagesOf(doc).keys()].filter((key) => {
    const value: unknown = messagesOf(doc).get(key)
    return JSON.stringify(value).includes('u-ana')
  })
  const key = others.length > 0 ? random.pick(others) : 't/m'
  const leaf = { by: 'Ana', user: ana.id, at, text: 'forged' }
  const acts = [
    () => source?.insert(0, 'x'),
    () => source?.delete(0, 1),
    () => source?.format(0, 1, { bold: true }),
    () => apply(doc, { type: 'set-kind', id: cell, kind: random.pick(['note', 'raw']) }),
    () => doc.getMap('meta').set('docId', `d${at}`),
    () => doc.getArray('other').push([at]),
    () => messagesOf(doc).set(key, { ...leaf, by: 'Ben', user: ben.id }),
    () => messagesOf(doc).set(`t/n${at}`, leaf),
    () => messagesOf(doc).set(`t/a${at}`, { ...leaf, user: ben.id, answers: 'q' }),
    () => messagesOf(doc).set(`t/x${at}`, new Y.Map() as never),
    () => (others.length > 0 ? messagesOf(doc).delete(key) : source?.insert(0, 'y')),
    () => threadsOf(doc).set('ana', { cell: null, at }),
    () => threadsOf(doc).delete('ana'),
    () => resolvedOf(doc).set('ana', { by: 'Ana', user: ana.id, at }),
  ]
  random.pick(acts)()
}

/** Everything that Ben may not change. */
const protectedPart = (doc: Y.Doc): unknown => ({
  cells: doc.getMap('cells').toJSON(),
  meta: doc.getMap('meta').toJSON(),
  other: doc.getArray('other').toJSON(),
  threads: [...threadsOf(doc)].filter(([id]) => id === 'ana'),
  messages: [...messagesOf(doc)].filter(([, value]) => JSON.stringify(value).includes('u-ana')),
  forged: [...resolvedOf(doc).values()].filter((value) => JSON.stringify(value).includes('u-ana')),
})

test('a commenter’s update is accepted only if all of it is allowed (random updates)', () => {
  let [taken, refused] = [0, 0]
  for (let seed = 1; seed <= 150; seed++)
    withSeed(seed, (random) => {
      const replicas = new Replicas(plainNotebook([plainCell('a', 'code', 'price = 1')]), 2)
      const [relay, page] = [replicas.get(0), replicas.get(1)]
      threadsOf(relay).set('ana', { cell })
      messagesOf(relay).set('ana/m', { by: 'Ana', user: ana.id, at: 1, text: 'first' })
      replicas.sync()
      for (let turn = 0; turn < 6; turn++) {
        let isAllowed = true
        const before = Y.encodeStateVector(page)
        for (let act = 0; act < 1 + random.below(4); act++)
          if (random.chance(0.85)) allowed(random, page, 10 * turn + act)
          else {
            isAllowed = false
            forbidden(random, page, 10 * turn + act)
          }
        if (random.chance(0.3)) cellSource(relay, cell)?.insert(0, 'ana ')
        // Sent as an answer to sync step 1, with everything ever deleted, or as a plain update.
        const update = Y.encodeStateAsUpdate(page, random.chance(0.5) ? before : Y.encodeStateVector(relay))
        const refusal = refusalOf(relay, update, commenter)
        if (isAllowed) expect(refusal).toBeNull()
        if (refusal === null) {
          const safe = protectedPart(relay)
          Y.applyUpdate(relay, update)
          expect(protectedPart(relay)).toEqual(safe)
          taken++
        } else refused++
        if (isAllowed) replicas.sync()
        else return
      }
    })
  expect(taken).toBeGreaterThan(100)
  expect(refused).toBeGreaterThan(50)
})

test('a corrupted update is refused or changes nothing else (random bytes)', () => {
  for (let seed = 1; seed <= 300; seed++)
    withSeed(seed, (random) => {
      const replicas = new Replicas(plainNotebook([plainCell('a', 'code', 'price = 1')]), 2)
      const [relay, page] = [replicas.get(0), replicas.get(1)]
      messagesOf(relay).set('ana/m', { by: 'Ana', user: ana.id, at: 1, text: 'first' })
      replicas.sync()
      const before = Y.encodeStateVector(page)
      startThread(page, cell, null, says(ben, 'mine', 2))
      const update = Y.encodeStateAsUpdate(page, before)
      for (let change = 0; change <= random.below(3); change++)
        update[random.below(update.length)] = random.below(256)
      let refusal: string | null
      try {
        refusal = refusalOf(relay, update, commenter)
      } catch {
        // Bytes that cannot be decoded were refused by the relay before.
        return
      }
      if (refusal !== null) return
      const safe = protectedPart(relay)
      try {
        Y.applyUpdate(relay, update)
      } catch {
        // Nothing of it is applied.
      }
      expect(protectedPart(relay)).toEqual(safe)
    })
})

test('a commenter can neither ask a model to edit a cell nor reply to such a request', () => {
  const refusal = (change: (doc: Y.Doc, request: string) => void): string | null => {
    const [relay, page] = new Replicas(plainNotebook([plainCell('a', 'code', 'x')]), 2).docs as [Y.Doc, Y.Doc]
    const request = askForEdit(relay, cell, null, { who: ana, at: 1, text: 'shorter' })
    if (request === null) throw new Error('no request')
    Y.applyUpdate(page, Y.encodeStateAsUpdate(relay))
    change(page, request)
    return refusalOf(relay, Y.encodeStateAsUpdate(page, Y.encodeStateVector(relay)), commenter)
  }
  const writing = { ...says(ben, 'mine', 2), asksModel: true }
  expect(refusal((doc) => startThread(doc, cell, null, writing))).toBeNull()
  expect(refusal((doc) => askForEdit(doc, cell, null, writing))).not.toBeNull()
  expect(refusal((doc, request) => replyTo(doc, request, writing))).not.toBeNull()
})
