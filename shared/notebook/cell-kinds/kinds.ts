// All kinds. A new kind is one description and one line here; how it is drawn is in client/cell-kinds.
import type { KindName, Leaf, Leaves } from '../notebook.ts'
import { kindKey, type CellKind } from './cell-kind.ts'
import { code } from './code.ts'
import { image } from './image.ts'
import { note } from './note.ts'
import { prompt } from './prompt.ts'
import { raw, unknownKind } from './raw.ts'
import { sql } from './sql.ts'

export const cellKinds: readonly CellKind[] = [code, note, prompt, sql, image, raw]

/** For a new cell. */
export const defaultKind: KindName = code.name

const byName: ReadonlyMap<KindName, CellKind> = new Map(cellKinds.map((kind) => [kind.name, kind]))
const namePattern = /^[a-z][a-z0-9_-]{0,31}$/

/** For an unknown name: a kind that is shown as raw and written back unchanged. */
export const kindNamed = (name: KindName): CellKind => byName.get(name) ?? unknownKind(name)

export const isCodeKind = (name: KindName): boolean => ['python', 'sql'].includes(kindNamed(name).language)

/** Whether some version may have this kind. */
export const isKindName = (value: unknown): value is KindName =>
  typeof value === 'string' && namePattern.test(value)

export const kindInFile = (cellType: string, text: string, meta: Leaves): CellKind => {
  const fitting = cellKinds.filter(({ file }) => file.accepts(cellType))
  const own = fitting.find(({ file }) => isMarked(meta, file.mark) || file.text?.matches(text) === true)
  if (own !== undefined) return own
  const named = meta[kindKey]
  if (isKindName(named) && !byName.has(named)) return kindNamed(named)
  return fitting.find(({ file }) => file.mark === null) ?? raw
}

const isMarked = (meta: Leaves, mark: readonly [key: string, value: Leaf] | null): boolean =>
  mark !== null && meta[mark[0]] === mark[1]
