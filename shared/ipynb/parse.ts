import { decodeUtf8, encodeUtf8 } from 'lib0/string'
import { isLeaf } from '../notebook/leaf.ts'
import type { Leaf, Notebook } from '../notebook/notebook.ts'
import { readCell, type CellDraft } from './cell-read.ts'
import { takeComments } from './comments.ts'
import { readExtra, toExtra, type CellExtra } from './extra.ts'
import { formatNotebook, standardText } from './format.ts'
import {
  hasLoneSurrogate,
  membersOf,
  numberOf,
  readItems,
  readJson,
  readMembers,
  type Member,
  type MemberSpan,
} from './json-read.ts'
import { commonOrder, isInOrder, keysOf, toLeaves, type KeyOrder } from './keys.ts'
import { otherContent } from './other-content.ts'
import { styleOf, toFormat, type FileStyle, type TextStyle } from './style.ts'
import { upgradeNotebook } from './upgrade.ts'
import { keep, type Verbatim } from './verbatim.ts'

export type NotebookRead =
  { readonly ok: true; readonly notebook: Notebook } | { readonly ok: false; readonly reason: string }

const fail = (reason: string): NotebookRead => ({ ok: false, reason })

/** Reads nbformat 4; versions 2 and 3 are upgraded to 4.5. `reason` is shown to the user. */
export const parseNotebook = (bytes: Uint8Array | string): NotebookRead => {
  const decoded = decode(bytes)
  if (decoded === null) return fail(otherThan(bytes) ?? 'not UTF-8 text')
  const bom = decoded.startsWith('\ufeff')
  const newline = decoded.includes('\r\n') && !/[^\r]\n/.test(decoded) ? '\r\n' : '\n'
  const text = (newline === '\n' ? decoded : decoded.replaceAll('\r\n', '\n')).slice(bom ? 1 : 0)
  if (text.trim() === '') return fail('the file is empty')
  const style = styleOf(text, bom, newline)
  const read = parseFast(text, decoded, style) ?? parseLossless(text, style)
  return read.ok || text.trimStart().startsWith('{') ? read : fail(otherThan(bytes) ?? read.reason)
}

const otherThan = (bytes: Uint8Array | string): string | null =>
  otherContent(typeof bytes === 'string' ? encodeUtf8(bytes) : bytes)

/**
 * Nearly every file is written by a program and can be parsed with JSON.parse. This is verified by writing the result
 * again and comparing it with the file; what that does not detect (`mayLose`) is checked in advance. Null if it fails.
 */
const parseFast = (text: string, decoded: string, style: TextStyle): NotebookRead | null => {
  if (mayLose(text)) return null
  let top: readonly Member[] | null
  try {
    const json: unknown = JSON.parse(text)
    top = isLeaf(json) ? membersOf(json) : null
  } catch {
    return null
  }
  if (!top) return null
  const read = build(top, style)
  return !read.ok || isUpgraded(top) || formatNotebook(read.notebook) === decoded ? read : null
}

/** Whether the text may have keys or lone surrogates that an object or Yjs would lose. */
const mayLose = (text: string): boolean =>
  /"(?:__proto__|constructor|\$json)/.test(text) ||
  /\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][\da-fA-F]{2})\\u[dD][c-fC-F]/.test(
    text,
  )

const parseLossless = (text: string, style: TextStyle): NotebookRead => {
  const read = readMembers(text)
  if (!read.ok) {
    if (readJson(text).ok) return fail('not a notebook: the JSON is not an object')
    const reason = text.trimStart().startsWith('{') ? read.reason : 'not a notebook: the file is not JSON'
    return fail(conflictIn(text) ?? `${positionOf(text, read.at)}: ${reason}`)
  }
  const top = read.value.map(({ key, value }): Member => [key, value])
  const built = build(top, style)
  return !built.ok || isUpgraded(top)
    ? built
    : { ok: true, notebook: keepFormatting(built.notebook, text, read.value) }
}

const isUpgraded = (top: readonly Member[]): boolean => numberOf(new Map(top).get('nbformat')) !== 4

const build = (top: readonly Member[], style: TextStyle): NotebookRead => {
  const nbformat = numberOf(new Map(top).get('nbformat'))
  if (nbformat === null) return fail('not a notebook: it has no nbformat')
  if (nbformat === 2 || nbformat === 3) return buildCurrent(upgradeNotebook(top, nbformat), style, false)
  if (nbformat === 4) return buildCurrent(top, style, true)
  return fail(`nbformat ${nbformat} cannot be read, only 2, 3 and 4`)
}

/** `mayHaveIds`: whether the file's original format has cell ids. */
const buildCurrent = (top: readonly Member[], style: TextStyle, mayHaveIds: boolean): NotebookRead => {
  const at = new Map(top)
  const minor = numberOf(at.get('nbformat_minor') ?? 0)
  if (minor === null || !Number.isInteger(minor))
    return fail('not a notebook: nbformat_minor is not a whole number')
  const cells = at.get('cells') ?? []
  if (!Array.isArray(cells)) return fail('not a notebook: its cells are not a list')
  const meta = membersOf(at.get('metadata') ?? {})
  if (!meta) return fail('not a notebook: its metadata is not an object')

  const { comments, others } = takeComments(meta)
  const taken = new Set<string>()
  const drafts: CellDraft[] = []
  for (const [index, leaf] of (cells as readonly Leaf[]).entries()) {
    const read = readCell(leaf, mayHaveIds && minor >= 5, taken)
    if (!read.ok) return fail(`cell ${index + 1} ${read.reason}`)
    drafts.push(read.draft)
  }
  const file = {
    ...style,
    ...commonStyle(drafts),
    topKeys: unsorted(keysOf(top)),
    metaKeys: unsorted(keysOf(meta)),
  }
  return {
    ok: true,
    notebook: {
      format: toFormat(minor, file),
      meta: toLeaves(others),
      ...comments,
      extra: toLeaves(top.filter(([key]) => !ownKeys.includes(key))),
      cells: drafts.map((draft) => ({
        ...draft.cell,
        extra: toExtra({ ...draft.extra, ...deviations(draft, file) }),
      })),
    },
  }
}

const ownKeys: readonly string[] = ['cells', 'metadata', 'nbformat', 'nbformat_minor']

const unsorted = (keys: KeyOrder): KeyOrder | undefined => (isInOrder(keys, undefined) ? undefined : keys)

type CellStyle = Pick<FileStyle, 'source' | 'cellKeys' | 'cellMetaKeys'>

const commonStyle = (drafts: readonly CellDraft[]): CellStyle => {
  const forms = drafts.map((draft) => draft.form).filter((form) => form !== null)
  const strings = forms.filter((form) => form === 'string').length
  return {
    source: strings * 2 > forms.length ? 'string' : 'list',
    cellKeys: commonOrder(drafts.map((draft) => draft.keys)),
    cellMetaKeys: commonOrder(drafts.map((draft) => draft.metaKeys)),
  }
}

const deviations = ({ form, keys, metaKeys }: CellDraft, file: CellStyle): CellExtra => ({
  ...(form === null || form === file.source ? {} : { form }),
  ...(isInOrder(keys, file.cellKeys) ? {} : { keys }),
  ...(isInOrder(metaKeys, file.cellMetaKeys) ? {} : { metaKeys }),
})

/** Keeps the original text wherever it differs from the standard formatting. */
const keepFormatting = (notebook: Notebook, text: string, top: readonly MemberSpan[]): Notebook => {
  const standard = standardText(notebook)
  const list = top.findLast(({ key }) => key === 'cells')
  const items = list ? readItems(text, list.start) : null
  if (!list || !items?.ok) return withFrame(notebook, keep(standard.frame, '', text, text.length))
  const head = text.slice(0, list.start + 1)
  const last = items.value.at(-1)?.end ?? head.length
  const cells = notebook.cells.map((cell, index) => {
    const piece = standard.cells[index]
    const span = items.value[index]
    if (!piece || !span) throw new Error('the number of cells differs from the number of items')
    const before = items.value[index - 1]?.end
    const start = before === undefined ? head.length : text.indexOf(',', before) + 1
    const end = index === items.value.length - 1 ? span.end : text.indexOf(',', span.end)
    const source = sourceAt(text.slice(span.start, span.end))
    const holeAt = source === null ? null : span.start - start + source
    const verbatim = keep(piece.parts, piece.source, text.slice(start, end), holeAt)
    return verbatim ? { ...cell, extra: toExtra({ ...readExtra(cell.extra), verbatim }) } : cell
  })
  const frame = keep(standard.frame, '', head + text.slice(last), head.length)
  return withFrame({ ...notebook, cells }, frame)
}

const withFrame = (notebook: Notebook, frame: Verbatim | undefined): Notebook =>
  frame ? { ...notebook, format: { ...notebook.format, frame: frame as unknown as Leaf } } : notebook

/**
 * The offset of the cell's source; null unless there is exactly one, or if the cell lacks what the format requires: then
 * an edit of the source writes it anew, with all that.
 */
const sourceAt = (cell: string): number | null => {
  const read = readMembers(cell)
  if (!read.ok) return null
  const has = (name: string, begin: string): boolean =>
    read.value.some(({ key, start }) => key === name && cell.startsWith(begin, start))
  const isCode = has('cell_type', '"code"')
  const isComplete =
    has('metadata', '{') &&
    (!isCode || (has('outputs', '[') && read.value.some(({ key }) => key === 'execution_count')))
  const sources = read.value.filter(({ key }) => key === 'source')
  return isComplete && sources.length === 1 ? (sources[0]?.start ?? null) : null
}

const decode = (bytes: Uint8Array | string): string | null => {
  if (typeof bytes === 'string') return hasLoneSurrogate(bytes) ? null : bytes
  try {
    return decodeUtf8(bytes)
  } catch {
    return null
  }
}

const positionOf = (text: string, at: number): string => {
  const before = text.slice(0, at)
  return `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`
}

const conflictIn = (text: string): string | null => {
  const marker = /^(?:<{7}|>{7})(?: |$)/m.exec(text)
  return marker ? `${positionOf(text, marker.index)}: merge-conflict markers (${marker[0].trim()})` : null
}
