// The tool calls of a reply, or of an answer in a thread, while it is written: the model peer creates them, and their
// executor answers them here. Ended calls are also written into the reply, as in files (reply/call-text.ts).
import * as Y from 'yjs'
import { textDigest } from '../digest.ts'
import { leafOf } from '../leaf.ts'
import type { CellId, Leaf } from '../notebook.ts'
import { resultOf, type ResultMap, type Value } from './layout.ts'
import type { Origin } from './origin.ts'
import { readRun } from './read.ts'
import { messagesOf, type MessageKey } from './threads.ts'

/**
 * pending: not taken yet · asking: waiting for approval by the person who ran the prompt · running · done · refused: by
 * that person · failed · stopped: the run ended first.
 */
const callStates = ['pending', 'asking', 'running', 'done', 'refused', 'failed', 'stopped'] as const
export type CallState = (typeof callStates)[number]

export interface Call {
  readonly id: string
  readonly name: string
  readonly input: Leaf
  readonly executor: 'relay' | 'kernel'
  readonly tier: 'read' | 'edit' | 'run'
  /** Exactly what is executed; '' if the relay executes it. */
  readonly exact: string
  readonly state: CallState
  /** The answer; '' until there is one. */
  readonly text: string
}

export const hasEnded = ({ state }: Pick<Call, 'state'>): boolean =>
  state !== 'pending' && state !== 'asking' && state !== 'running'

/** Which reply calls: the cell of a prompt, or an answer by its `messageKey`. */
export type Caller = CellId | MessageKey

export const isAnswer = (caller: Caller): caller is MessageKey => caller.includes('/')

/** A result, or an answer. */
const callerMap = (doc: Y.Doc, caller: Caller): ResultMap | undefined => {
  if (isAnswer(caller)) {
    const found = messagesOf(doc).get(caller)
    return found instanceof Y.Map ? found : undefined
  }
  return resultOf(doc, caller)
}

/** The id of the run, or of the answer, while it is written; null otherwise. */
export const writtenBy = (doc: Y.Doc, caller: Caller): string | null => {
  const map = callerMap(doc, caller)
  if (map?.get('status') !== 'running') return null
  return (isAnswer(caller) ? caller.split('/')[1] : readRun(map.get('run'))?.id) ?? null
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const readCall = (map: Y.Map<Value>): Call | null => {
  const [id, name] = [text(map.get('id')), text(map.get('name'))]
  if (id === '' || name === '') return null
  const [executor, tier, state] = [map.get('executor'), map.get('tier'), map.get('state')]
  return {
    id,
    name,
    input: leafOf(map.get('input')),
    executor: executor === 'kernel' ? executor : 'relay',
    tier: tier === 'read' || tier === 'edit' ? tier : 'run',
    exact: text(map.get('exact')),
    state: callStates.find((known) => known === state) ?? 'pending',
    text: text(map.get('text')),
  }
}

const mapsIn = (result: ResultMap | undefined): readonly Y.Map<Value>[] => {
  const calls = result?.get('calls')
  return calls instanceof Y.Array ? calls.toArray().filter((call) => call instanceof Y.Map) : []
}

/** The calls of the run that the cell shows, or of the answer. */
export const readCalls = (doc: Y.Doc, caller: Caller): readonly Call[] =>
  mapsIn(callerMap(doc, caller)).flatMap((call) => readCall(call) ?? [])

/** Adds the call, or updates the one with its id. */
export const putCall = (result: ResultMap, call: Call): void => {
  const known = mapsIn(result).find((map) => map.get('id') === call.id)
  const map = known ?? new Y.Map<Value>()
  for (const [key, value] of Object.entries(call) as [string, Leaf][])
    if (known === undefined || key === 'state' || key === 'text') map.set(key, leafOf(value))
  if (known !== undefined) return
  const calls = result.get('calls')
  if (calls instanceof Y.Array) calls.push([map])
  else {
    const created = new Y.Array<Value>()
    created.push([map])
    result.set('calls', created)
  }
}

/** Answers a call of a run, unless the call or run has ended. */
export const answerCall = (
  doc: Y.Doc,
  caller: Caller,
  run: string,
  id: string,
  change: Pick<Call, 'state' | 'text'>,
  origin: Origin,
): void => {
  const map = callerMap(doc, caller)
  const call = readCalls(doc, caller).find((known) => known.id === id)
  if (map === undefined || call === undefined || hasEnded(call) || writtenBy(doc, caller) !== run) return
  doc.transact(() => putCall(map, { ...call, ...change }), origin)
}

/** Identifies exactly this call of this run: approvals and vouchers refer to it. */
export const callDigest = (run: string, { id, name, input, exact }: Call): string =>
  textDigest(JSON.stringify([run, id, name, input, exact]))
