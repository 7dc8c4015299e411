// A streamed reply is complete, in order and cheap.
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { batchTime } from '../../../shared/model/reply.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { cellReply, readCell } from '../../../shared/notebook/document/read.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { Random } from '../../support/random.ts'
import { prompt, Table } from './table.ts'

describe('a reply while it streams', () => {
  test('is not affected by a person’s undo', async () => {
    const table = new Table()
    const undo = new Undo(table.doc)
    table.peer()
    apply(table.doc, { type: 'splice-source', id: prompt, from: 0, to: 4, insert: 'How much' })
    table.ask('r1')
    await table.provider.answer(0).text('streamed')
    table.clock.advance(batchTime)
    undo.undo()
    undo.undo()
    await table.provider.answer(0).emit({ type: 'end', reason: 'done' })
    expect(readCell(table.doc, prompt)?.source).toBe('what is x?')
    expect(table.result()).toMatchObject({ status: 'done', reply: 'streamed' })
  })

  test('keeps characters and line ends whole that the stream cuts in two', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    for (const piece of ['a\r', '\nb \uD83D', '\uDE00 c\r', 'd \uD83D']) {
      await table.provider.answer(0).text(piece)
      table.clock.advance(batchTime)
    }
    await table.provider.answer(0).emit({ type: 'end', reason: 'done' })
    table.replicas.sync()
    expect(table.result(prompt, 1).reply).toBe('a\nb 😀 c\nd \uFFFD')
  })

  test.each(Array.from({ length: 30 }, (_, index) => index))(
    'has every streamed piece in order, whatever two people type into it (seed %i)',
    async (seed) => {
      const random = new Random(seed)
      const table = new Table()
      table.peer()
      table.ask('r1')
      const answer = table.provider.answer(0)
      const typed = ['', '', '']
      const type = (person: 1 | 2): void => {
        const reply = cellReply(table.replicas.get(person), prompt)
        if (reply === undefined) return
        const piece = (person === 1 ? 'A' : 'B').repeat(1 + random.below(4))
        reply.insert(random.chance(0.3) ? reply.length : random.below(reply.length + 1), piece)
        typed[person] += piece
      }
      let streamed = ''
      for (let step = 0; step < 60; step++) {
        const piece = Array.from({ length: 1 + random.below(6) }, () =>
          'abcdefgh 0123\n'.charAt(random.below(14)),
        ).join('')
        streamed += piece
        await answer.text(piece)
        if (random.chance(0.5)) table.clock.advance(batchTime)
        if (random.chance(0.5)) type(1)
        if (random.chance(0.5)) type(2)
        const [from, to] = [random.below(3), random.below(3)]
        if (from !== to) table.replicas.send(from, to)
      }
      await answer.emit({ type: 'end', reason: 'done' })
      table.replicas.sync()
      const replies = table.replicas.docs.map((doc) => cellReply(doc, prompt)?.toString() ?? '')
      expect(new Set(replies).size).toBe(1)
      expect(replies[0]?.replace(/[AB]/g, '')).toBe(streamed)
      expect(replies[0]?.replace(/[^A]/g, '')).toBe(typed[1])
      expect(replies[0]?.replace(/[^B]/g, '')).toBe(typed[2])
    },
  )

  test('costs at most 1.7 times its text in updates for 5,000 tokens', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    let bytes = 0
    table.doc.on('update', (update: Uint8Array) => (bytes += update.length))
    const random = new Random(1)
    let text = 0
    // 100 tokens a second, a usual rate.
    for (let token = 0; token < 5_000; token++) {
      const piece = ' ' + 'abcdefghij'.slice(0, 1 + random.below(8))
      text += piece.length
      await table.provider.answer(0).text(piece)
      table.clock.advance(10)
    }
    await table.provider.answer(0).emit({ type: 'end', reason: 'done' })
    const document = Y.encodeStateAsUpdate(table.doc).length
    expect(bytes).toBeLessThan(text * 1.7)
    expect(document).toBeLessThan(text * 1.1 + 2_000)
  })
})

test('a reply at 80 tokens a second costs at most 12 bytes a token on the wire', async () => {
  const table = new Table()
  table.peer()
  table.ask('r1')
  let bytes = 0
  // Including the three bytes of the sync message and the two of a WebSocket frame.
  table.doc.on('update', (update: Uint8Array) => (bytes += update.length + 5))
  const tokens = 1_000
  for (let token = 0; token < tokens; token++) {
    await table.provider.answer(0).text('word ')
    table.clock.advance(1_000 / 80)
  }
  await table.provider.answer(0).emit({ type: 'end', reason: 'done' })
  expect(table.result().reply).toHaveLength(tokens * 5)
  expect(bytes / tokens).toBeLessThanOrEqual(12)
})
