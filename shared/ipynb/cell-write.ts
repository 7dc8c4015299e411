import type { Cell, Leaf, Output, Result } from '../notebook/notebook.ts'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { replyKey } from '../notebook/cell-kinds/prompt-text.ts'
import { referencesLeaf } from '../notebook/references.ts'
import { withComments } from './comments.ts'
import type { CellExtra } from './extra.ts'
import { writeAround, writeJson, writeMembers } from './json-write.ts'
import { fromLeaves, inOrder } from './keys.ts'
import { writeText } from './source.ts'
import type { FileStyle } from './style.ts'
import type { Parts } from './verbatim.ts'

/** A cell as standard JSON: the text around the source, and the source. */
export interface CellText {
  readonly parts: Parts
  readonly source: string
}

/** Nesting depth of a cell in the file: the notebook and its list of cells. */
export const cellDepth = 2

/** `id`: the value to write, undefined for none. `line`: line break and indentation of the cell. */
export const writeCell = (
  cell: Cell,
  extra: CellExtra,
  id: Leaf | undefined,
  style: FileStyle,
  line: string,
): CellText => {
  const inner = line + style.indent
  const json = (leaf: Leaf): string => writeJson(leaf, style, inner, cellDepth + 1)
  const meta = inOrder(withComments(metaMembers(cell, extra), cell), extra.metaKeys ?? style.cellMetaKeys)
  const attachments = inOrder(fromLeaves(cell.attachments), extra.attachmentKeys)
  const texts = new Map(fromLeaves(extra.unknown ?? {}).map(([key, leaf]) => [key, json(leaf)]))
  const type = typeOf(cell, extra)
  texts.set('cell_type', json(type))
  texts.set('metadata', writeMembers(meta, style, inner, cellDepth + 1))
  texts.set('source', json(sourceLeaf(cell, extra, style)))
  if (id !== undefined) texts.set('id', json(id))
  if (type === 'code') {
    texts.set(
      'execution_count',
      json(cell.result?.run ? cell.result.run.count : (cell.result?.count ?? null)),
    )
    texts.set('outputs', json((cell.result?.outputs ?? []).map((output) => outputLeaf(output, style))))
  } else if (attachments.length > 0) {
    texts.set('attachments', writeMembers(attachments, style, inner, cellDepth + 1))
  }
  const ordered = inOrder([...texts], extra.keys ?? style.cellKeys)
  return { parts: writeAround(ordered, 'source', style, line), source: texts.get('source') ?? '' }
}

export const typeOf = (cell: Cell, extra: CellExtra): string => {
  const { file } = kindNamed(cell.kind)
  return extra.cellType !== undefined && file.accepts(extra.cellType) ? extra.cellType : file.cellType
}

export const metaMembers = (cell: Cell, extra: CellExtra): (readonly [string, Leaf])[] => {
  const members = new Map(fromLeaves(cell.meta))
  const { file } = kindNamed(cell.kind)
  for (const [key, leaf] of Object.entries(file.besides)) if (!members.has(key)) members.set(key, leaf)
  if (file.mark !== null && extra.prompt?.flag !== false) members.set(...file.mark)
  const replyMeta = file.text?.hasReply === true ? replyMetaOf(cell.result) : null
  if (replyMeta) members.set(replyKey, replyMeta)
  return [...members]
}

const replyMetaOf = (result: Result | null): Leaf => {
  if (!result) return null
  const { references = [] } = result
  if (result.thinking === null && result.calls.length === 0 && references.length === 0) return null
  return {
    ...(result.calls.length > 0 ? { calls: result.calls } : {}),
    ...(references.length > 0 ? { references: referencesLeaf(references) } : {}),
    ...(result.thinking === null ? {} : { thinking: result.thinking }),
  }
}

const sourceLeaf = (cell: Cell, extra: CellExtra, style: FileStyle): Leaf => {
  return writeText({
    text: fileTextOf(cell, extra),
    form: extra.form ?? style.source,
    newline: extra.newline ?? '\n',
  })
}

export const fileTextOf = ({ kind, source, result }: Cell, extra: CellExtra): string => {
  const { text } = kindNamed(kind).file
  return text === null
    ? source
    : text.write({
        source,
        reply: result?.reply ?? null,
        form: extra.prompt ?? {},
        ...(result?.receipt === undefined ? {} : { receipt: result.receipt }),
      })
}

const outputLeaf = (output: Output, style: FileStyle): Leaf => {
  if (!output.live) return output.leaf
  const { name, output_type, text } = output.stream
  return { name, output_type, text: writeText({ text, form: style.source, newline: '\n' }) }
}
