// A cell's source then and now as rows; unchanged lines far from a change are collapsed.
import { diffLines } from '../../shared/notebook/merge/line-diff.ts'

export type LineClients = readonly ReadonlySet<number>[]

export type Row =
  | {
      /** gone: only then · new: only now. */
      readonly type: 'same' | 'gone' | 'new'
      readonly text: string
      /** The clients whose characters are in it. */
      readonly clients: ReadonlySet<number>
    }
  | { readonly type: 'fold'; readonly lines: number }

/** Unchanged lines shown around a change. */
const context = 2

const nobody: ReadonlySet<number> = new Set()

/** All lines of a text that only one side has; an empty text has none. */
const onOneSide = (type: 'gone' | 'new', text: string): readonly Row[] =>
  text === '' ? [] : text.split('\n').map((line) => ({ type, text: line, clients: nobody }))

/** Of texts without authors. */
export const textRows = (past: string, now: string): readonly Row[] =>
  past === '' || now === ''
    ? [...onOneSide('gone', past), ...onOneSide('new', now)]
    : diffRows({ text: past, clients: [] }, { text: now, clients: [] })

export const diffRows = (
  past: { readonly text: string; readonly clients: LineClients },
  now: { readonly text: string; readonly clients: LineClients },
): readonly Row[] => {
  const rows: Row[] = []
  let [thenLine, nowLine] = [0, 0]
  const parts = diffLines(past.text, now.text)
  for (const [index, { type, lines }] of parts.entries()) {
    const all = lines.map((text): Row => {
      const clients = type === 'new' ? now.clients[nowLine] : past.clients[thenLine]
      if (type !== 'new') thenLine++
      if (type !== 'gone') nowLine++
      return { type, text, clients: clients ?? nobody }
    })
    const before = index === 0 ? 0 : context
    const after = index === parts.length - 1 ? 0 : context
    const folded = all.length - before - after
    if (type !== 'same' || folded < 2) for (const row of all) rows.push(row)
    else
      rows.push(
        ...all.slice(0, before),
        { type: 'fold', lines: folded },
        ...all.slice(all.length - after, all.length),
      )
  }
  return rows
}
