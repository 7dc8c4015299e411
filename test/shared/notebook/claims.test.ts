import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { Claims } from '../../../shared/notebook/document/claims.ts'
import { cellId, type CellId } from '../../../shared/notebook/notebook.ts'
import { visibleCells } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { parseParticipant } from '../../../shared/presence.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const executor = 'kernel-ana'
const ids = ['a', 'b', 'c', 'note'].map((id) => cellId(id))
const [a, b, c, note] = ids as [CellId, CellId, CellId, CellId]

/** Ana's document and Ben's, and Ana's claims. */
const setup = () => {
  const cells = ids.map((id) => plainCell(id, id === note ? 'note' : 'code', `"${id}"`))
  const replicas = new Replicas(plainNotebook(cells), 2)
  const [ana, ben] = [replicas.get(0), replicas.get(1)]
  const claims = new Claims(ana, executor)
  let requests = 0
  const ask = (
    cell: CellId,
    options: { id?: string; to?: string; at?: number; doc?: typeof ana } = {},
  ): string => {
    const { id = `request-${++requests}`, to = executor, at = ++requests, doc = ben } = options
    requestRun(doc, cell, { id, by: 'Ben', to, at, saw: null })
    return id
  }
  /** Syncs, and returns the ids of the requests that Ana claims now, looking at every cell. */
  const heard = (): string[] => {
    replicas.sync()
    return claims.take(new Set(visibleCells(ana))).map(({ request }) => request)
  }
  return { ana, ben, replicas, claims, ask, heard }
}

describe('claims of a shared kernel', () => {
  test('exclude every request made before the kernel was shared', () => {
    const { claims, ask, heard } = setup()
    const old = ask(a)
    expect(heard()).toEqual([])
    claims.start()
    expect(heard()).toEqual([])
    // Starting twice changes nothing.
    claims.start()
    const fresh = ask(b)
    expect(heard()).toEqual([fresh])
    expect(old).not.toBe(fresh)
    // An old request that is written again is still old.
    ask(a, { id: old })
    expect(heard()).toEqual([])
  })

  test('are made once for each request, in order of time, then of cells', () => {
    const { claims, ask, heard } = setup()
    claims.start()
    const [second, first] = [ask(a, { at: 20 }), ask(c, { at: 10 })]
    const third = ask(b, { at: 20 })
    expect(heard()).toEqual([first, second, third])
    expect(heard()).toEqual([])
  })

  test('include only requests to this executor for existing code cells that are neither withdrawn nor run', () => {
    const { ana, ben, replicas, claims, ask, heard } = setup()
    claims.start()
    ask(a, { to: 'kernel-ben' })
    ask(note)
    ask(b)
    apply(ben, { type: 'request-stop', id: b })
    ask(c)
    apply(ben, { type: 'delete-cell', id: c, by: 'Ben', at: 1 })
    expect(heard()).toEqual([])
    // A request that has become a run.
    const id = ask(b)
    replicas.sync()
    const request = { id, by: 'Ben', to: executor, at: 1, saw: null }
    startRun(ana, b, { request, executor, at: 1, count: 1 }, 'kernel')
    expect(heard()).toEqual([])
  })

  test('exclude the own page’s requests, and any made while sharing is off', () => {
    const { ana, claims, ask, heard } = setup()
    claims.start()
    claims.ignore('own')
    ask(a, { id: 'own', doc: ana })
    expect(heard()).toEqual([])
    claims.stop()
    ask(b)
    expect(heard()).toEqual([])
    claims.start()
    expect(heard()).toEqual([])
    const again = ask(b)
    expect(heard()).toEqual([again])
  })

  test('require that the page’s presence says exactly that the kernel is shared', () => {
    const user = { name: 'Ana', color: '#112233' }
    const shares = (state: object): boolean | undefined => parseParticipant(state)?.shares
    expect(shares({ user, executor, sharesKernel: true })).toBe(true)
    for (const sharesKernel of [false, 'true', 1, {}, undefined])
      expect(shares({ user, executor, sharesKernel })).toBe(false)
    expect(shares({ user, sharesKernel: true })).toBe(false)
    expect(shares({ executor, sharesKernel: true })).toBe(false)
  })
})
