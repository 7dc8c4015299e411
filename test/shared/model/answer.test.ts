// Which provider answers a prompt, how the reply ends, its receipt, and how it is continued.
import { describe, expect, test } from 'vitest'
import { budgetFor } from '../../../shared/context/budget.ts'
import { buildContext, surroundings } from '../../../shared/context/build.ts'
import type * as Y from 'yjs'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import type { Admission } from '../../../shared/model/caps.ts'
import { ModelPeer } from '../../../shared/model/run.ts'
import { modelKey } from '../../../shared/notebook/model-choice.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { cellId, type Leaf, type RunRequest } from '../../../shared/notebook/notebook.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { cellReceipt, cellReply, readCell, readNotebook } from '../../../shared/notebook/document/read.ts'
import { Clock } from '../../support/clock.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { ScriptedProvider, type ScriptedAnswer } from '../../support/scripted-provider.ts'

const prompt = cellId('prompt')

class Table {
  readonly clock = new Clock()
  readonly first = new ScriptedProvider()
  readonly second = new ScriptedProvider('second')
  readonly doc: Y.Doc = new Replicas(plainNotebook([plainCell('prompt', 'prompt', 'what is x?')]), 1).get(0)
  readonly spent: number[] = []
  admission: Admission = { ok: true, notice: null }
  private readonly peer: ModelPeer
  private requests = 0

  constructor() {
    this.peer = new ModelPeer({
      findBlob: () => undefined,
      keepBlob: () => Promise.resolve(),
      doc: this.doc,
      observer: new CellObserver(this.doc),
      providers: [this.first, this.second],
      executor: 'model:1',
      now: this.clock.now,
      schedule: this.clock.schedule,
      cost: (model, { input }) => (model === 'scripted/m' ? input / 1_000 : null),
      caps: { admit: () => this.admission, spend: (_, tokens) => void this.spent.push(tokens) },
    })
  }

  /** As when the relay stops. */
  dispose(): void {
    this.peer.dispose()
  }

  ask(change: Partial<RunRequest> = {}): void {
    const saw = this.cell.result?.run?.id ?? null
    const request = { id: `r${this.requests++}`, by: 'Ana', to: 'model', at: 5, saw, ...change }
    requestRun(this.doc, prompt, request)
    this.clock.advance(0)
  }

  choose(of: 'notebook' | 'cell', value: Leaf): void {
    if (of === 'cell') apply(this.doc, { type: 'set-cell-meta', id: prompt, key: modelKey, value })
    else apply(this.doc, { type: 'set-notebook-meta', key: modelKey, value })
  }

  get cell() {
    const cell = readCell(this.doc, prompt)
    if (cell === undefined) throw new Error('the prompt is there')
    return cell
  }

  get receipt() {
    return cellReceipt(this.doc, prompt)
  }

  /** The estimate for the prompt. */
  get estimated() {
    return buildContext(readNotebook(this.doc), prompt, surroundings(budgetFor(null)))?.estimated
  }

  /** The notebook read back from its file. */
  get read() {
    const text = formatNotebook(readNotebook(this.doc))
    const read = parseNotebook(text)
    const result = read.ok ? read.notebook.cells[0]?.result : undefined
    if (!read.ok || !result) throw new Error('our own file has the reply')
    expect(formatNotebook(read.notebook)).toBe(text)
    return { text, result }
  }
}

const usage = { input: 1_200, output: 34, cached: 1_000, thinking: null }
const finished = async (answer: ScriptedAnswer): Promise<void> => {
  await answer.emit({ type: 'model', model: 'm' })
  await answer.text('It is')
  await answer.emit({ type: 'usage', usage })
  await answer.emit({ type: 'end', reason: 'done' })
}

describe('the model of a prompt', () => {
  test('is the cell’s, else the notebook’s, else the relay’s first one; effort is separate', async () => {
    const table = new Table()
    table.ask()
    expect(table.first.answer(0).request).toMatchObject({ model: '', effort: null })
    await finished(table.first.answer(0))
    table.choose('notebook', { name: 'second/vendor/large', effort: 'high' })
    table.ask()
    expect(table.second.answer(0).request).toMatchObject({ model: 'vendor/large', effort: 'high' })
    await finished(table.second.answer(0))
    table.choose('cell', { name: 'scripted/small' })
    table.ask()
    expect(table.first.answer(1).request).toMatchObject({ model: 'small', effort: 'high' })
    await finished(table.first.answer(1))
    for (const nonsense of [5, 'second/large', { name: 'large', effort: 'very' }, { name: '/' }]) {
      table.choose('notebook', nonsense)
      table.choose('cell', nonsense)
      table.ask()
      const answer = table.first.answers.at(-1)
      expect(answer?.request).toMatchObject({ model: '', effort: null })
      if (answer !== undefined) await finished(answer)
    }
  })

  test('ends the run with an error, instead of using another, if the relay does not have it', () => {
    const table = new Table()
    table.choose('cell', { name: 'elsewhere/large' })
    table.ask()
    expect(table.cell.result?.status).toBe('error')
    expect(JSON.stringify(table.cell.result)).toContain('elsewhere/large was chosen')
    expect([...table.first.answers, ...table.second.answers]).toEqual([])
  })

  test('is sent less context if its provider accepts less', () => {
    const table = new Table()
    table.first.maxInputTokens = 300
    apply(table.doc, {
      type: 'insert-cell',
      id: cellId('long'),
      kind: 'note',
      after: null,
      source: 'word '.repeat(1_000),
    })
    table.ask()
    expect(JSON.stringify(table.first.answer(0).request.messages)).toContain('[1 cell omitted]')
  })
})

describe('the receipt of a reply', () => {
  test('says that the model cannot use tools, besides other notes', async () => {
    const table = new Table()
    table.admission = { ok: true, notice: 'Nearly enough.' }
    table.ask()
    await table.first.answer(0).emit({ type: 'no-tools' })
    await finished(table.first.answer(0))
    expect(table.cell.result?.receipt?.notice).toMatch(/^Nearly enough\. This model cannot use tools: /)
  })

  test('has model, tokens, time and cost, exists from the start and survives the file', async () => {
    const table = new Table()
    table.admission = { ok: true, notice: 'nearly enough' }
    table.ask()
    const answer = table.first.answer(0)
    await answer.emit({ type: 'model', model: 'm' })
    expect(table.receipt).toEqual({ model: 'scripted/m', notice: 'nearly enough' })
    table.clock.advance(420)
    await answer.emit({ type: 'thinking', text: 'hm' })
    table.clock.advance(100)
    await answer.text('42')
    expect(table.read.text).not.toContain('.usage')
    await answer.emit({ type: 'usage', usage })
    await answer.emit({ type: 'end', reason: 'done' })
    const receipt = {
      model: 'scripted/m',
      end: 'done',
      input: 1_200,
      output: 34,
      cached: 1_000,
      milliseconds: 420,
      cost: 1.2,
    }
    expect(table.receipt).toEqual({ ...receipt, estimated: table.estimated, notice: 'nearly enough' })
    const { text, result } = table.read
    expect(result).toMatchObject({ status: 'done', reply: '42', thinking: 'hm', receipt })
    expect(text).toContain('```json {.usage}')
    expect(table.spent).toEqual([1_234])
  })

  test.each([
    ['length', 'interrupted', 'length'],
    ['interrupted', 'interrupted', 'broken'],
    ['refused', 'error', 'refused'],
    ['error', 'error', 'failed'],
  ] as const)('of a reply that ends as %s has status %s and end %s', async (reason, status, end) => {
    const table = new Table()
    table.ask()
    await table.first.answer(0).text('It is')
    await table.first
      .answer(0)
      .emit(
        reason === 'refused' || reason === 'error'
          ? { type: 'end', reason, message: 'so it is' }
          : { type: 'end', reason },
      )
    expect(table.cell.result).toMatchObject({ status, reply: 'It is', receipt: { end } })
    expect(table.read.result).toMatchObject({ status, reply: 'It is', receipt: { end } })
  })

  test('distinguishes a stop by a person from an end of the stream', async () => {
    const table = new Table()
    table.ask()
    await table.first.answer(0).text('It is')
    apply(table.doc, { type: 'request-stop', id: prompt })
    expect(table.cell.result).toMatchObject({
      status: 'interrupted',
      reply: 'It is',
      receipt: { end: 'stopped' },
    })
    // Usage that was not reported is estimated, so that a cap cannot be evaded by stopping.
    expect(table.spent).toEqual([expect.any(Number)])
    expect(table.spent[0]).toBeGreaterThan(100)
  })

  test('says after a stop of the relay that the reply can be continued', async () => {
    const table = new Table()
    table.ask()
    await table.first.answer(0).text('It is')
    table.dispose()
    expect(table.cell.result).toMatchObject({
      status: 'interrupted',
      reply: 'It is',
      receipt: { end: 'broken' },
    })
  })

  test('is not read from a block that Solveit or a person wrote, which stays text', () => {
    for (const block of [
      '```json {.usage}\n{"input_tokens": 12}\n```',
      '```json {.usage}\n{"model": "m"}\n```',
      '```json {.usage}\n{"model": "m", "end": "done", "input_tokens": 1}\n```',
      '```json {.usage}\n{"model": "m", "end": "done"}\n```\n',
    ]) {
      const table = new Table()
      const result = {
        run: null,
        count: null,
        status: 'done',
        outputs: [],
        reply: `So.\n\n${block}`,
        thinking: null,
        calls: [],
      } as const
      apply(table.doc, { type: 'set-result', id: prompt, result })
      expect(table.read.result).toEqual(result)
    }
  })

  test('is not charged for a refused run, which shows the reason and asks no provider', () => {
    const table = new Table()
    table.admission = { ok: false, reason: 'The tokens are used up.' }
    table.ask()
    expect(JSON.stringify(table.cell.result)).toContain('The tokens are used up.')
    expect(table.cell.result?.status).toBe('error')
    expect([...table.first.answers, ...table.spent]).toEqual([])
  })
})

describe('continuing a reply', () => {
  test('appends to the text, which the model is shown with what people wrote into it', async () => {
    const table = new Table()
    table.ask()
    await table.first.answer(0).text('It is for')
    await table.first.answer(0).emit({ type: 'end', reason: 'error', message: 'fell over' })
    const text = cellReply(table.doc, prompt)
    text?.insert(0, 'BEN: ')
    table.ask({ goOn: true })
    expect(table.cell.result).toMatchObject({ status: 'running', reply: 'BEN: It is for', outputs: [] })
    expect(cellReply(table.doc, prompt)).toBe(text)
    const { messages } = table.first.answer(1).request
    expect(messages.slice(-3).map((message) => ({ ...message, parts: undefined }))).toEqual([
      { role: 'user', text: 'what is x?' },
      { role: 'assistant', text: 'BEN: It is for' },
      { role: 'user', text: expect.stringContaining('cut off') },
    ])
    await finished(table.first.answer(1))
    expect(table.cell.result).toMatchObject({
      status: 'done',
      reply: 'BEN: It is forIt is',
      receipt: { end: 'done' },
    })
  })

  test('leaves out what the model repeats of it', async () => {
    const table = new Table()
    table.ask()
    const [first, second] = [table.first.answer(0), () => table.first.answer(1)]
    await first.text('It is for those who li')
    await first.emit({ type: 'end', reason: 'length' })
    table.ask({ goOn: true })
    for (const piece of ['those ', 'who like', ' it.']) await second().text(piece)
    await second().emit({ type: 'end', reason: 'done' })
    expect(table.cell.result?.reply).toBe('It is for those who like it.')
  })

  test('works for a reply from a file, and starts a new one if there is none', async () => {
    const table = new Table()
    table.ask({ goOn: true })
    expect(table.first.answer(0).request.messages).toHaveLength(1)
    await finished(table.first.answer(0))
    const result = {
      run: null,
      count: null,
      status: 'interrupted',
      outputs: [],
      reply: 'From a file',
      thinking: null,
      calls: [],
    } as const
    apply(table.doc, { type: 'set-result', id: prompt, result })
    table.ask({ goOn: true })
    await table.first.answer(1).emit({ type: 'thinking', text: 'hm' })
    await finished(table.first.answer(1))
    expect(table.cell.result).toMatchObject({ reply: 'From a fileIt is', thinking: 'hm', status: 'done' })
  })
})
