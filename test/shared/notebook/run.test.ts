import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { nesting } from '../../../shared/notebook/leaf.ts'
import { cellId, type Leaf, type RunRequest } from '../../../shared/notebook/notebook.ts'
import { cellReply, readCell, readHead } from '../../../shared/notebook/document/read.ts'
import { endAbandonedRuns, startRun, type RunWriter } from '../../../shared/notebook/document/run.ts'
import { absenceLimit, shownStatus } from '../../../shared/notebook/document/status.ts'
import { overwrite } from '../../../shared/notebook/output/terminal.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const esc = String.fromCharCode(27)
const bell = String.fromCharCode(7)
const [code, prompt] = [cellId('code'), cellId('prompt')]
const request = (id: string, to = 'kernel-1'): RunRequest => ({ id, by: 'Ana', to, at: 5, saw: null })
const setup = (): { replicas: Replicas; doc: Y.Doc } => {
  const replicas = new Replicas(
    plainNotebook([plainCell('code', 'code', '1+1'), plainCell('prompt', 'prompt', 'hi')]),
    2,
  )
  return { replicas, doc: replicas.get(0) }
}
const begin = (doc: Y.Doc, id: string, cell = code): RunWriter => {
  const writer = startRun(
    doc,
    cell,
    { request: request(id), executor: 'kernel-1', at: 10, count: 1 },
    'kernel',
  )
  if (writer === null) throw new Error('the cell exists')
  return writer
}
const printed = (doc: Y.Doc): string =>
  (readCell(doc, code)?.result?.outputs ?? [])
    .map((output) => (output.live ? output.stream.text : ''))
    .join('|')
const present = { connected: true, absentFor: () => 0 }

describe('a run', () => {
  test('has no thinking if the model wrote none', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r1', prompt)
    writer.appendReply('so')
    expect(readCell(doc, prompt)?.result).toMatchObject({ reply: 'so', thinking: null })
    writer.appendThinking('hm')
    expect(readCell(doc, prompt)?.result).toMatchObject({ reply: 'so', thinking: 'hm' })
  })

  test('stores only outputs that a file can hold, however deep or large they are', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r1')
    let deep: unknown = 1
    for (let level = 0; level < 3_000; level++) deep = [deep]
    const data = { 'application/json': { big: 2n ** 70n, deep } } as unknown as Leaf
    writer.output({ output_type: 'display_data', data, metadata: {} })
    apply(doc, { type: 'set-cell-meta', id: code, key: 'deep', value: deep as Leaf })
    const cell = readCell(doc, code)
    expect(JSON.stringify(cell?.result?.outputs)).toContain('[left out: nested more than 992 deep]')
    expect(JSON.stringify(cell?.result?.outputs)).toContain('{"$json":"1180591620717411303424"}')
    expect(nesting(JSON.stringify(doc.getMap('cells').toJSON()))).toBeLessThan(1_010)
  })

  test('does not become queued when its outputs are cleared', () => {
    const { doc } = setup()
    requestRun(doc, code, request('r1'))
    const writer = begin(doc, 'r1')
    writer.stream('stdout', 'x')
    writer.finish('done', 11)
    expect(apply(doc, { type: 'clear-outputs', id: code })).toEqual({ ok: true })
    const head = readHead(doc, code)
    if (head === undefined) throw new Error('no cell')
    expect(shownStatus(head, present)).toBe('idle')
    expect(printed(doc)).toBe('')
  })

  test('is queued, running and done in turn, and shows the old result while queued', () => {
    const { doc } = setup()
    const shown = (): string => shownStatus(readHead(doc, code)!, present)
    expect(shown()).toBe('idle')
    requestRun(doc, code, request('r1'))
    expect(shown()).toBe('queued')
    const writer = begin(doc, 'r1')
    expect(shown()).toBe('running')
    writer.stream('stdout', 'hel')
    writer.stream('stdout', 'lo\n')
    writer.stream('stderr', 'oh')
    writer.finish('done', 20)
    expect(shown()).toBe('done')
    expect(printed(doc)).toBe('hello\n|oh')
    expect(readHead(doc, code)?.run).toMatchObject({
      id: 'r1',
      by: 'Ana',
      startedAt: 10,
      endedAt: 20,
      count: 1,
    })
    requestRun(doc, code, request('r2'))
    expect(shown()).toBe('queued')
    expect(printed(doc)).toBe('hello\n|oh')
    expect(apply(doc, { type: 'withdraw-request', id: code, request: 'r1' }).ok).toBe(false)
    apply(doc, { type: 'withdraw-request', id: code, request: 'r2' })
    expect(shown()).toBe('done')
  })

  test('is stopped by a write that reaches its executor, and withdrawn while queued', () => {
    const { replicas, doc } = setup()
    requestRun(doc, code, request('r1'))
    apply(doc, { type: 'request-stop', id: code })
    expect(readHead(doc, code)?.request).toBe(null)
    requestRun(doc, code, request('r2'))
    const writer = begin(doc, 'r2')
    replicas.sync()
    apply(replicas.get(1), { type: 'request-stop', id: code })
    expect(writer.stopRequested).toBe(false)
    replicas.sync()
    expect(writer.stopRequested).toBe(true)
  })

  test('loses to a later run of the same cell, and its executor writes nothing more', () => {
    const { replicas, doc } = setup()
    const first = begin(doc, 'r1')
    replicas.sync()
    const second = begin(replicas.get(1), 'r2')
    second.stream('stdout', 'second')
    replicas.sync()
    expect(first.lost).toBe(true)
    first.stream('stdout', 'first')
    first.finish('error', 30)
    replicas.sync()
    expect(printed(doc)).toBe('second')
    expect(readHead(doc, code)?.status).toBe('running')
  })

  test('is shown as interrupted to connected pages if its executor is absent, without a write', () => {
    const { doc } = setup()
    begin(doc, 'r1')
    const head = readHead(doc, code)!
    expect(shownStatus(head, { connected: true, absentFor: () => absenceLimit - 1 })).toBe('running')
    expect(shownStatus(head, { connected: true, absentFor: () => absenceLimit })).toBe('interrupted')
    expect(shownStatus(head, { connected: false, absentFor: () => absenceLimit })).toBe('running')
    expect(readHead(doc, code)?.status).toBe('running')
  })

  test('is ended as interrupted when its own executor returns, but not by another', () => {
    const { doc } = setup()
    begin(doc, 'r1')
    startRun(
      doc,
      prompt,
      { request: request('r2', 'model'), executor: 'model:old', at: 1, count: null },
      'model',
    )
    endAbandonedRuns(doc, (executor) => executor.startsWith('model:'), 99, 'model')
    expect(readHead(doc, prompt)).toMatchObject({ status: 'interrupted', run: { endedAt: 99 } })
    expect(readHead(doc, code)?.status).toBe('running')
  })

  test('continues its reply where it was, whatever people type into it', () => {
    const { replicas, doc } = setup()
    const writer = startRun(
      doc,
      prompt,
      { request: request('r', 'model'), executor: 'model:1', at: 1, count: null },
      'model',
    )!
    writer.appendReply('The answer ')
    replicas.sync()
    const theirs = cellReply(replicas.get(1), prompt)!
    theirs.insert(theirs.length, '[typed at the end]')
    theirs.insert(3, ' best')
    replicas.sync()
    writer.appendReply('is ')
    writer.appendReply('42')
    replicas.sync()
    for (const replica of replicas.docs)
      expect(cellReply(replica, prompt)?.toString()).toBe('The best answer is 42[typed at the end]')
  })

  test('shows a progress bar as one line', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r')
    writer.stream('stderr', 'start\n')
    for (let i = 0; i <= 100; i++) writer.stream('stderr', `\r${i}%`)
    writer.stream('stderr', '\nend\bD\n')
    expect(printed(doc)).toBe('start\n100%\nenD\n')
  })

  test('shows nested progress bars as two lines, without their terminal codes', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r')
    const up = `${esc}[A`
    for (let outer = 1; outer <= 3; outer++) {
      writer.stream('stderr', `\router ${outer}/3 `)
      for (let inner = 1; inner <= 10; inner++) writer.stream('stderr', `\n\rinner ${inner}/10${up}`)
    }
    writer.stream('stderr', `\n${esc}[K${up}\r${esc}[32mouter 3/3${esc}[0m done\n`)
    expect(printed(doc)).toBe(`${esc}[32mouter 3/3${esc}[0m done\n`)
  })

  test.each([
    ['left and erase to the end', ['abcdef', `${esc}[3D${esc}[K`, '!'], 'abc!'],
    ['to a column', ['abcdef', `${esc}[2Gx`], 'axcdef'],
    ['right, past the end', ['ab', `${esc}[2Cx`], 'ab  x'],
    ['up and down', ['a\nb\nc', `${esc}[2A1${esc}[B2`], 'a1\nb 2\nc'],
    ['erase below', ['a\nb\nc', `\r${esc}[2A${esc}[J`, 'new\nlines\n'], 'new\nlines\n'],
    ['home and clear', ['old\nold', `${esc}[2J${esc}[H`, 'new'], 'new\n'],
    ['erase the line', ['a\nbbb', `${esc}[2K\r`, 'c'], 'a\nc'],
    ['a code in two pieces', ['abc', esc, '[', '2', 'Dx'], 'axc'],
    ['others are gone', ['a', `${esc}[?25lb${esc}]0;title${bell}c${esc}(B${esc}7`], 'abc'],
    ['up stays in the output', ['a', `${esc}[99Ab`], 'ab'],
    [
      'colours stay',
      [`${esc}[31mred${esc}[0m`, `\r${esc}[32mg${esc}[0m`],
      `${esc}[32mg${esc}[0m${esc}[31med${esc}[0m`,
    ],
    ['colours under what is written over', ['abc', `\r${esc}[1mx${esc}[0m`], `${esc}[1mx${esc}[0mbc`],
    ['a letter and its accent', ['e\u0301a', '\bo'], 'e\u0301o'],
    ['a pair of surrogates', ['\u{1F600}', '\r\u{1F601}'], '\u{1F601}'],
  ])('interprets terminal codes: %s', (_name, pieces, shown) => {
    const { doc } = setup()
    const writer = begin(doc, 'r')
    for (const piece of pieces) writer.stream('stdout', piece)
    expect(printed(doc)).toBe(shown)
    expect(overwrite(pieces.join(''))).toBe(shown)
  })

  test('keeps the head and tail of an endless output, and says what is left out', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r')
    for (let i = 0; i < 400; i++) writer.stream('stdout', `${i} ${'x'.repeat(10_000)}\n`)
    const text = printed(doc)
    expect(text.length).toBeLessThan(1_100_000)
    expect(text.startsWith('0 xxx')).toBe(true)
    expect(text.endsWith('x\n')).toBe(true)
    expect(text).toContain('399 xxx')
    const left = /\[([\d,]+) lines, ([\d,]+) characters left out\]/.exec(text)
    const leftOut = left?.slice(1).map((count) => Number(count.replaceAll(',', '')))
    const whole = Array.from({ length: 400 }, (_, i) => `${i} `.length + 10_001).reduce(
      (sum, n) => sum + n,
      0,
    )
    expect((leftOut?.[1] ?? 0) + text.length - `\n${left?.[0]}\n`.length).toBe(whole)
    // One line is cut in two places, and the notice adds two line ends.
    expect((leftOut?.[0] ?? 0) + text.split('\n').length - 1 - 2).toBe(400)
  })

  test('replaces only the previous tail when a long output continues', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r')
    writer.stream('stdout', 'head\n')
    writer.streamEnd('stdout', '[1 lines, 9 characters left out]\na\n')
    writer.streamEnd('stdout', '[2 lines, 18 characters left out]\nb\n')
    expect(printed(doc)).toBe('head\n[2 lines, 18 characters left out]\nb\n')
    writer.output({ output_type: 'display_data', data: { 'text/plain': 'between' }, metadata: {} })
    writer.streamEnd('stdout', 'c\n')
    writer.streamEnd('stdout', 'd\n')
    const texts = (readCell(doc, code)?.result?.outputs ?? []).map((output) =>
      output.live ? output.stream.text : null,
    )
    expect(texts).toEqual(['head\n[2 lines, 18 characters left out]\nb\n', null, 'd\n'])
    // Each tail is bounded, however many follow.
    for (let n = 0; n < 300; n++) writer.streamEnd('stdout', `${n}${'z'.repeat(400_000)}`)
    expect(printed(doc).length + 450_000).toBeLessThan(1_500_000)
  })

  test('replaces a display in place, until its outputs are cleared', () => {
    const { doc } = setup()
    const writer = begin(doc, 'r')
    const slot = writer.output({ output_type: 'display_data', data: { 'text/plain': 'old' }, metadata: {} })
    writer.stream('stdout', 'after')
    writer.replace(slot, { output_type: 'display_data', data: { 'text/plain': 'new' }, metadata: {} })
    expect(readCell(doc, code)?.result?.outputs[0]).toMatchObject({ leaf: { data: { 'text/plain': 'new' } } })
    writer.clear()
    writer.replace(slot, { output_type: 'display_data', data: { 'text/plain': 'late' }, metadata: {} })
    expect(readCell(doc, code)?.result?.outputs).toEqual([])
  })

  test('leaves out an output over the size limit with a message', () => {
    const { doc } = setup()
    begin(doc, 'r').output({
      output_type: 'display_data',
      data: { 'image/png': 'A'.repeat(9_000_000) },
      metadata: {},
    })
    expect(JSON.stringify(readCell(doc, code)?.result?.outputs)).toContain('9.0 MB was not kept')
  })

  test('leaves little in the document when it is replaced, a thousand times 10 kB', () => {
    const { doc } = setup()
    for (let i = 0; i < 1000; i++) {
      const writer = begin(doc, `r${i}`)
      writer.stream('stdout', 'y'.repeat(10_000))
      writer.finish('done', i)
    }
    expect(Y.encodeStateAsUpdate(doc).length).toBeLessThan(60_000)
  })
})
