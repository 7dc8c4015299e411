// Sets a whole result other than by a run: from a file, or from the history.
import * as Y from 'yjs'
import { resultMap, type CellMap, type ResultMap, type Value } from './layout.ts'
import { leafOf } from '../leaf.ts'
import type { Leaf, Result } from '../notebook.ts'
import { referencesLeaf } from '../references.ts'
import { readRequest, readRun } from './read.ts'

/** The keys are set in a fixed order, which the deterministic import relies on. */
export const newResultMap = (result: Result): ResultMap => {
  const map: ResultMap = new Y.Map()
  map.set('run', null)
  map.set('count', result.run === null ? result.count : result.run.count)
  map.set('status', result.status === 'running' ? 'interrupted' : result.status)
  const outputs = new Y.Array<Value>()
  outputs.push(
    result.outputs.map((output): Leaf => (output.live ? { ...output.stream } : leafOf(output.leaf))),
  )
  map.set('outputs', outputs)
  if (result.reply !== null) map.set('reply', new Y.Text(result.reply))
  if (result.thinking !== null) map.set('thinking', new Y.Text(result.thinking))
  if (result.reply !== null) {
    const calls = new Y.Array<Value>()
    calls.push(result.calls.map((call) => leafOf(call)))
    map.set('calls', calls)
  }
  if (result.references !== undefined) map.set('references', referencesLeaf(result.references))
  if (result.receipt !== undefined) map.set('receipt', { ...result.receipt })
  return map
}

export const replaceResult = (cell: CellMap, result: Result | null): void => {
  const request = readRequest(cell.get('request'))
  // The request belongs to the removed run: left there, it would count as queued again.
  const isDone = request !== null && request.id === readRun(resultMap(cell)?.get('run'))?.id
  if (result === null) cell.delete('result')
  else cell.set('result', newResultMap(result))
  if (isDone) cell.set('request', null)
}
