import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { BrowserCopy, Recovered } from '../../../client/document/recover.ts'
import { Recovery, type RecoverySteps, type RecoveryTarget } from '../../../client/document/recovery.ts'
import type { Answer } from '../../../client/document/ask.ts'
import type { Notebook } from '../../../shared/notebook/notebook.ts'
import { readNotebook } from '../../../shared/notebook/document/read.ts'

const notebook = readNotebook(new Y.Doc())

/** With `epoch` null, it is in the page’s memory only. */
const held = (docId: string, epoch: string | null): BrowserCopy => ({
  history: epoch === null ? null : { docId, epoch },
  docId,
  notebook,
  state: new Uint8Array(),
  relayState: { acknowledged: null, digests: [] },
})

/** A relay that answers on demand, and what the browser keeps. */
const site = (...before: BrowserCopy[]) => {
  const kept = new Set(before)
  const requests: string[] = []
  const done: string[] = []
  const waiting: ((answer: Answer<Recovered> | null) => void)[] = []
  const steps: RecoverySteps = {
    storedCopies: () => Promise.resolve([...kept]),
    recover: (path, { docId }) => {
      requests.push(`${path} ${docId}`)
      return new Promise((resolve) => waiting.push(resolve))
    },
    recovered: (_, one, { copy }) => {
      kept.delete(one)
      done.push(`${one.docId} ${copy ?? 'in place'}`)
    },
  }
  const answer = async (given: Answer<Recovered> | null): Promise<void> => {
    const resolve = waiting.shift()
    if (resolve === undefined) throw new Error('nobody asked')
    resolve(given)
    // After everything that happens without another wait.
    await new Promise((later) => setTimeout(later))
  }
  return { steps, requests, done, kept, answer }
}

const recoveryWith = (steps: RecoverySteps, onChange: () => void = () => undefined): Recovery =>
  new Recovery(() => 'n.ipynb', steps, onChange)

const yes: Answer<Recovered> = { ok: true, changed: true, copy: null }
const no: Answer<Recovered> = { ok: false, reason: 'the disk is full', offline: false, status: 507 }
const target = (connected = true): RecoveryTarget & { connected: boolean } => {
  const made = {
    connected,
    doc: new Y.Doc(),
    isReady: () => made.connected,
    whole: (one: Notebook) => Promise.resolve(one),
  }
  return made
}

test('all copies are sent to the relay, one after another, once it is connected', async () => {
  const { steps, requests, done, kept, answer } = site(held('a', '1'), held('b', '2'))
  let changes = 0
  const recovery = recoveryWith(steps, () => changes++)
  const to = target(false)
  await recovery.begin(to)
  expect(requests).toEqual([])
  to.connected = true
  // The page calls this on every change of the connection.
  const [first, ...others] = [1, 2, 3].map(() => recovery.proceed(to))
  await Promise.all(others)
  expect(requests).toEqual(['n.ipynb a'])
  await answer(yes)
  await answer({ ok: true, changed: false, copy: 'n (recovered).ipynb' })
  await first
  expect(requests).toEqual(['n.ipynb a', 'n.ipynb b'])
  expect(done).toEqual(['a in place', 'b n (recovered).ipynb'])
  expect([kept.size, changes, recovery.failure]).toEqual([0, 2, null])
  await recovery.proceed(to)
  expect(requests).toHaveLength(2)
})

test('a copy that the relay refuses is kept, reported and sent again', async () => {
  const { steps, requests, done, kept, answer } = site(held('a', '1'))
  const recovery = recoveryWith(steps)
  const begun = recovery.begin(target())
  await new Promise((later) => setTimeout(later))
  await answer(no)
  await begun
  expect([recovery.failure, done, kept.size]).toEqual(['the disk is full', [], 1])
  const again = recovery.proceed(target())
  await answer(yes)
  await again
  expect([recovery.failure, requests, kept.size]).toEqual([null, ['n.ipynb a', 'n.ipynb a'], 0])
})

test('a history that ends under the page is sent once, even if the browser stores nothing', async () => {
  const stored = held('a', '1')
  const { steps, requests, answer } = site(stored)
  const recovery = recoveryWith(steps)
  recovery.add(held('memory', null))
  // It is also found in the browser’s storage.
  recovery.add(stored)
  const begun = recovery.begin(target())
  await new Promise((later) => setTimeout(later))
  await answer(yes)
  await answer(yes)
  await begun
  expect(requests).toEqual(['n.ipynb memory', 'n.ipynb a'])
})

test('after a notebook is closed nothing more of it is sent, and what arrived is not sent again', async () => {
  const { steps, requests, done, answer } = site(held('a', '1'), held('b', '2'))
  const recovery = recoveryWith(steps)
  const begun = recovery.begin(target())
  await new Promise((later) => setTimeout(later))
  recovery.close()
  await answer(yes)
  await begun
  expect([requests, done]).toEqual([['n.ipynb a'], ['a in place']])
  const late = recoveryWith(steps)
  late.close()
  await late.begin(target())
  expect(requests).toHaveLength(1)
})

test('a copy is kept if the document closed before receiving it, and goes to the next document', async () => {
  const { steps, requests, done, kept, answer } = site(held('a', '1'))
  const recovery = recoveryWith(steps)
  const first = recovery.begin(target())
  await expect.poll(() => requests).toEqual(['n.ipynb a'])
  await answer(null)
  await first
  expect([done, kept.size]).toEqual([[], 1])
  const second = recovery.proceed(target())
  await answer(yes)
  await second
  expect([done, kept.size]).toEqual([['a in place'], 0])
})
