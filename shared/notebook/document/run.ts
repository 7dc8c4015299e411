// An executor's side of a run: it creates the result when it starts and is its only writer. Of two runs of one cell,
// the later result stays; the earlier executor finds its own gone and stops writing.
import * as Y from 'yjs'
import type { OutputBlob } from '../output/blob.ts'
import { kindNamed } from '../cell-kinds/kinds.ts'
import { detachOutput } from './blob-references.ts'
import { putCall, type Call } from './calls.ts'
import { sourceDigest } from '../digest.ts'
import {
  cellMap,
  cellsOf,
  resultMap,
  resultOf,
  textOf,
  type CellMap,
  type ResultMap,
  type Value,
} from './layout.ts'
import { leafOf } from '../leaf.ts'
import { cellId, type CellId, type Leaf, type RunRequest, type Run, type RunStatus } from '../notebook.ts'
import type { Origin } from './origin.ts'
import { byOf } from '../person.ts'
import { referencesLeaf } from '../references.ts'
import type { Receipt } from '../receipt.ts'
import { readHead, readKind, readSource } from './read.ts'
import { countLines, leftOutNotice } from '../output/left-out.ts'
import { Terminal } from '../output/terminal.ts'

/** UTF-16 units of printed text that a run keeps: the first `keptHead` and the end. */
const maxStreamLength = 1_000_000
const keptHead = 100_000
/** Characters of JSON above which a rich output is omitted. */
const maxOutputSize = 8_000_000

export interface RunSetup {
  readonly request: RunRequest
  /** A kernel, or a relay's model peer. */
  readonly executor: string
  /** Milliseconds since 1970 by the executor's clock. */
  readonly at: number
  /** The n of In [n]; null for a prompt. */
  readonly count: number | null
  /** Stores a blob before the document refers to it; without it, large values go into the document. */
  readonly keepBlob?: (blob: OutputBlob) => void
}

/** Identifies an output for `update_display`. */
export interface Slot {
  readonly index: number
  readonly generation: number
}

/** What was omitted from the middle of a stream. */
interface Cut {
  readonly characters: number
  readonly lines: number
}

/** Text that grows at its own end while people edit around it. */
export class Growing {
  private at: Y.RelativePosition

  constructor(private readonly text: Y.Text) {
    this.at = Y.createRelativePositionFromTypeIndex(text, text.length, -1)
  }

  append(doc: Y.Doc, piece: string): void {
    const found = Y.createAbsolutePositionFromRelativePosition(this.at, doc, false)
    const index = found === null ? this.text.length : found.index
    this.text.insert(index, piece)
    this.at = Y.createRelativePositionFromTypeIndex(this.text, index + piece.length, -1)
  }
}

interface ResultParts {
  readonly result: ResultMap
  readonly outputs: Y.Array<Value>
  readonly reply: Y.Text
  readonly thinking: Y.Text
}

const newParts = (): ResultParts => ({
  result: new Y.Map(),
  outputs: new Y.Array(),
  reply: new Y.Text(),
  thinking: new Y.Text(),
})

/** The parts of a result whose reply is continued; null if there is none. An imported one may lack its thinking. */
const partsOf = (result: ResultMap | undefined): ResultParts | null => {
  if (result === undefined) return null
  const [reply, outputs] = [textOf(result, 'reply'), result.get('outputs')]
  if (reply === undefined || !(outputs instanceof Y.Array)) return null
  return { result, outputs, reply, thinking: textOf(result, 'thinking') ?? new Y.Text() }
}

export class RunWriter {
  readonly source: string
  readonly request: RunRequest
  private readonly result: ResultMap
  private readonly outputs: Y.Array<Value>
  private readonly keepBlob: ((blob: OutputBlob) => void) | undefined
  private readonly reply: Growing | null
  private readonly thinking: Growing | null
  private run: Run
  private generation = 0
  private printed = 0
  /** For the open stream. */
  private terminal = new Terminal()
  private cut: Cut | null = null
  /** Where the replaceable end of the open stream begins. */
  private end: { readonly text: Y.Text; readonly from: number } | null = null

  /** Use `startRun`. */
  constructor(
    private readonly doc: Y.Doc,
    readonly cell: CellId,
    private readonly map: CellMap,
    setup: RunSetup,
    private readonly origin: Origin,
  ) {
    this.request = setup.request
    this.keepBlob = setup.keepBlob
    this.source = readSource(map)
    const { request, executor, at, count } = setup
    this.run = {
      id: request.id,
      ...byOf(request),
      executor,
      startedAt: at,
      endedAt: null,
      count,
      sourceDigest: sourceDigest(this.source),
    }
    const { executor: runs } = kindNamed(readKind(map))
    const writes = runs?.type === 'model' && runs.answer === 'text'
    const kept = request.goOn === true ? partsOf(resultMap(map)) : null
    const { result, outputs, reply, thinking } = kept ?? newParts()
    doc.transact(() => {
      result.set('run', { ...this.run })
      result.set('count', null)
      result.set('status', 'running' satisfies RunStatus)
      if (request.references !== undefined) result.set('references', referencesLeaf(request.references))
      else if (kept !== null) result.delete('references')
      if (kept !== null) {
        // Errors of the previous run.
        outputs.delete(0, outputs.length)
        if (thinking.doc === null) result.set('thinking', thinking)
        return
      }
      result.set('outputs', outputs)
      if (writes) {
        result.set('reply', reply)
        result.set('thinking', thinking)
        result.set('calls', new Y.Array<Value>())
      }
      map.set('result', result)
    }, origin)
    this.result = result
    this.outputs = outputs
    this.reply = writes ? new Growing(reply) : null
    this.thinking = writes ? new Growing(thinking) : null
  }

  /** Another run has replaced this one, or its results were cleared: nothing is written any more. */
  get lost(): boolean {
    return cellsOf(this.doc).get(this.cell) !== this.map || resultMap(this.map) !== this.result
  }

  /** Somebody asked this run to stop, or withdrew its request before seeing it start. */
  get stopRequested(): boolean {
    const request = readHead(this.doc, this.cell)?.request
    return request === null || (request?.id === this.run.id && request.stop === true)
  }

  private write(action: () => void): void {
    if (!this.lost) this.doc.transact(action, this.origin)
  }

  private openStream(name: 'stdout' | 'stderr'): Y.Text {
    const last = this.outputs.length > 0 ? this.outputs.get(this.outputs.length - 1) : undefined
    if (last instanceof Y.Map && last.get('name') === name) {
      const text = textOf(last, 'text')
      if (text !== undefined) return text
    }
    this.terminal = new Terminal()
    const [stream, text] = [new Y.Map<Value>(), new Y.Text()]
    stream.set('output_type', 'stream')
    stream.set('name', name)
    stream.set('text', text)
    this.outputs.push([stream])
    return text
  }

  /** Appends printed text, whose codes act on the last lines as in a terminal. Call it in batches. */
  stream(name: 'stdout' | 'stderr', piece: string): void {
    if (piece === '') return
    this.write(() => {
      const text = this.openStream(name)
      const before = text.length
      const { remove, insert } = this.terminal.write(piece)
      if (remove > 0) text.delete(before - remove, remove)
      if (insert !== '') text.insert(before - remove, insert)
      this.printed += text.length - before
      if (this.printed > maxStreamLength) this.trim(text)
    })
  }

  /** Replaces the end of a flooded stream by its latest text. */
  streamEnd(name: 'stdout' | 'stderr', piece: string): void {
    this.write(() => {
      const text = this.openStream(name)
      const from = this.end?.text === text ? this.end.from : text.length
      this.printed += piece.length - (text.length - from)
      text.delete(from, text.length - from)
      text.insert(from, piece)
      this.end = { text, from }
      if (this.printed > maxStreamLength) this.trim(text)
    })
  }

  /** Omits the middle of the open stream. */
  private trim(text: Y.Text): void {
    this.end = null
    const notice = (cut: Cut): string => `\n${leftOutNotice(cut.lines, cut.characters)}\n`
    const head = Math.min(keptHead, Math.floor(text.length / 4))
    const old = this.cut === null ? 0 : notice(this.cut).length
    const excess = Math.min(this.printed - Math.floor(maxStreamLength * 0.75), text.length - head - old)
    if (excess <= 0) return
    const whole = text.toString()
    const at = this.cut === null ? head : whole.indexOf(notice(this.cut))
    if (at < 0) return
    const gone = whole.slice(at + old, at + old + excess)
    text.delete(at, old + excess)
    this.cut = {
      characters: (this.cut?.characters ?? 0) + excess,
      lines: (this.cut?.lines ?? 0) + countLines(gone),
    }
    text.insert(at, notice(this.cut))
    this.printed -= excess
  }

  /** Appends an output in nbformat. */
  output(leaf: Leaf): Slot {
    const slot = { index: this.outputs.length, generation: this.generation }
    this.write(() => this.outputs.push([this.referring(this.fitting(leaf))]))
    return slot
  }

  /** Replaces the output in a slot; ignored if the outputs were cleared since. */
  replace(slot: Slot, leaf: Leaf): void {
    if (slot.generation !== this.generation || slot.index >= this.outputs.length) return
    this.write(() => {
      this.outputs.delete(slot.index, 1)
      this.outputs.insert(slot.index, [this.referring(this.fitting(leaf))])
    })
  }

  private fitting(made: Leaf): Leaf {
    const leaf = leafOf(made)
    const size = JSON.stringify(leaf).length
    if (size <= maxOutputSize) return leaf
    const text = `[An output of ${(size / 1e6).toFixed(1)} MB was not kept: the limit is ${maxOutputSize / 1e6} MB.]\n`
    return { output_type: 'stream', name: 'stderr', text }
  }

  private referring(leaf: Leaf): Leaf {
    if (this.keepBlob === undefined) return leaf
    const { output, blobs } = detachOutput(leaf)
    for (const blob of blobs) this.keepBlob(blob)
    return output
  }

  clear(): void {
    this.generation++
    this.printed = 0
    this.cut = null
    this.write(() => this.outputs.delete(0, this.outputs.length))
  }

  /** Appends to the reply where the last piece ended, wherever people have typed meanwhile. */
  appendReply(piece: string): void {
    this.write(() => this.reply?.append(this.doc, piece))
  }

  appendThinking(piece: string): void {
    this.write(() => this.thinking?.append(this.doc, piece))
  }

  /** Adds or updates a call. */
  call(call: Call): void {
    this.write(() => putCall(this.result, call))
  }

  receipt(receipt: Receipt): void {
    this.write(() => this.result.set('receipt', { ...receipt }))
  }

  finish(status: Exclude<RunStatus, 'running'>, at: number): void {
    this.run = { ...this.run, endedAt: at }
    this.write(() => {
      this.result.set('run', { ...this.run })
      this.result.set('status', status)
    })
  }
}

/** Starts the run of a request; null if the cell is gone. The old result is removed only now. */
export const startRun = (doc: Y.Doc, cell: CellId, setup: RunSetup, origin: Origin): RunWriter | null => {
  const map = cellMap(doc, cell)
  return map === undefined ? null : new RunWriter(doc, cell, map, setup, origin)
}

/** Ends, as interrupted, runs that an executor left behind. `mine` matches its ids. */
export const endAbandonedRuns = (
  doc: Y.Doc,
  mine: (executor: string) => boolean,
  at: number,
  origin: Origin,
): void => {
  for (const id of cellsOf(doc).keys()) {
    const head = readHead(doc, cellId(id))
    if (head?.status !== 'running' || head.run === null || !mine(head.run.executor)) continue
    const { run } = head
    const result = resultOf(doc, id)
    doc.transact(() => {
      result?.set('run', { ...run, endedAt: at })
      result?.set('status', 'interrupted' satisfies RunStatus)
    }, origin)
  }
}
