import { expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { RequestedTexts, isUnchanged } from '../../../shared/notebook/document/requested-texts.ts'
import { sourceDigest } from '../../../shared/notebook/digest.ts'
import { cellMap } from '../../../shared/notebook/document/layout.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { cellSource, readHead } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const code = cellId('code')

/**
 * Ana's page, on which she requests a run, Ben's page, and an executor elsewhere that checks her request.
 */
const setup = () => {
  const replicas = new Replicas(plainNotebook([plainCell('code', 'code', 'x = 1')]), 3)
  const [ana, ben, elsewhere] = [replicas.get(0), replicas.get(1), replicas.get(2)]
  const texts = new RequestedTexts(ana, new CellObserver(ana))
  const type = (doc: typeof ana, text: string): void => {
    const source = cellSource(doc, code)
    source?.insert(source.length, text)
    replicas.sync()
  }
  const runs = (): boolean => {
    const request = readHead(elsewhere, code)?.request
    return request != null && isUnchanged(elsewhere, code, request)
  }
  const id = texts.ask(code, { by: 'Ana', to: 'kernel', at: 1 }) ?? ''
  replicas.sync()
  return { replicas, ana, ben, elsewhere, texts, type, runs, id }
}

test('a request does not run while another person’s edit is in the source', () => {
  const { ben, type, runs, texts, id, replicas } = setup()
  expect(runs()).toBe(true)
  type(ben, '\nevil()')
  expect(runs()).toBe(false)
  expect(texts.textOf(code, id)).toBe('x = 1')
  cellSource(ben, code)?.delete(5, 7)
  replicas.sync()
  expect(runs()).toBe(true)
  expect(texts.textOf(code, 'another')).toBeNull()
})

test('a request follows what the requester types, unless someone else typed too', () => {
  const { ana, ben, type, runs, texts, id } = setup()
  type(ana, ' + 1')
  expect([runs(), texts.textOf(code, id)]).toEqual([true, 'x = 1 + 1'])
  type(ben, ' + 2')
  type(ana, ' + 3')
  expect([runs(), texts.textOf(code, id)]).toEqual([false, 'x = 1 + 1'])
  texts.ask(code, { by: 'Ana', to: 'kernel', at: 2 })
  type(ana, '')
  expect(runs()).toBe(true)
})

test('a request is not followed once its run has begun, and one without a digest runs any source', () => {
  const { replicas, ana, elsewhere, texts, type, id } = setup()
  const request = readHead(elsewhere, code)?.request
  if (request == null) throw new Error('no request')
  startRun(elsewhere, code, { request, executor: 'kernel', at: 2, count: 1 }, 'kernel')
  replicas.sync()
  type(ana, ' # later')
  expect(readHead(elsewhere, code)?.request?.sourceDigest).toBe(request.sourceDigest)
  expect(texts.textOf(code, id)).toBeNull()
  const { sourceDigest: _, ...bare } = request
  expect(isUnchanged(elsewhere, code, bare)).toBe(true)
})

test('a request made for an older source waits, and a digest that someone else wrote is not trusted', () => {
  const { ana, ben, texts, runs, replicas } = setup()
  const later = texts.ask(code, { by: 'Ana', to: 'kernel', at: 2 }, 'x = 0') ?? ''
  replicas.sync()
  expect([runs(), texts.textOf(code, later)]).toEqual([false, 'x = 0'])

  texts.ask(code, { by: 'Ana', to: 'kernel', at: 3 })
  replicas.sync()
  cellSource(ben, code)?.insert(0, 'evil()\n')
  const request = readHead(ben, code)?.request
  if (request == null) throw new Error('no request')
  cellMap(ben, code)?.set('request', { ...request, sourceDigest: sourceDigest('evil()\nx = 1') })
  replicas.sync()
  expect(runs()).toBe(true)
  const forged = readHead(ana, code)?.request
  expect(forged != null && texts.isUnchanged(code, forged)).toBe(false)
})

test('a request does not run if another person changed the cell’s kind', () => {
  const { ana, ben, texts, replicas, id } = setup()
  const isAsked = (): boolean => {
    const request = readHead(ana, code)?.request
    return request?.id === id && texts.isUnchanged(code, request)
  }
  apply(ben, { type: 'set-kind', id: code, kind: 'sql' })
  replicas.sync()
  expect(isAsked()).toBe(false)
  apply(ben, { type: 'set-kind', id: code, kind: 'code' })
  replicas.sync()
  expect(isAsked()).toBe(true)
  apply(ana, { type: 'set-kind', id: code, kind: 'sql' })
  expect(isAsked()).toBe(true)
})
