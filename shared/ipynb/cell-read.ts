import {
  cellId,
  importedResult,
  type Cell,
  type Leaf,
  type Output,
  type Result,
} from '../notebook/notebook.ts'
import type { CellKind } from '../notebook/cell-kinds/cell-kind.ts'
import { kindInFile } from '../notebook/cell-kinds/kinds.ts'
import { replyKey } from '../notebook/cell-kinds/prompt-text.ts'
import { readReferences, referencesLeaf } from '../notebook/references.ts'
import { statusOfEnd } from '../notebook/receipt.ts'
import { takeComments } from './comments.ts'
import type { CellExtra } from './extra.ts'
import { membersOf, numberOf, stringOf, type Member } from './json-read.ts'
import { isInOrder, keysOf, toLeaves, type KeyOrder } from './keys.ts'
import { readText, type SourceForm } from './source.ts'

/** A cell as read, before the common style of its file is known. */
export interface CellDraft {
  readonly cell: Cell
  readonly extra: CellExtra
  /** Null if the cell has no source. */
  readonly form: SourceForm | null
  readonly keys: KeyOrder
  readonly metaKeys: KeyOrder
}

export type CellRead =
  { readonly ok: true; readonly draft: CellDraft } | { readonly ok: false; readonly reason: string }

interface CellBody {
  readonly source: string
  readonly meta: readonly Member[]
  readonly result: Result | null
  readonly extra: CellExtra
}

const fail = (reason: string): CellRead => ({ ok: false, reason })
const commonKeys: readonly string[] = ['cell_type', 'id', 'metadata', 'source']
const codeKeys: readonly string[] = [...commonKeys, 'execution_count', 'outputs']
const textKeys: readonly string[] = [...commonKeys, 'attachments']

/** `hasIds`: the file's format has cell ids. `taken`: the ids of previous cells; this cell's id is added. */
export const readCell = (leaf: Leaf, hasIds: boolean, taken: Set<string>): CellRead => {
  const members = membersOf(leaf)
  if (!members) return fail('is not an object')
  const at = new Map(members)
  const cellType = stringOf(at.get('cell_type'))
  if (cellType === null) return fail('has no cell_type')
  const text = readText(at.get('source') ?? [])
  if (!text) return fail('has a source that is neither a string nor a list of strings')
  const meta = membersOf(at.get('metadata') ?? {})
  if (!meta) return fail('has metadata that is not an object')
  const isCode = cellType === 'code'
  const outputs = at.get('outputs') ?? []
  if (isCode && !Array.isArray(outputs)) return fail('has outputs that are not a list')
  const attachments = membersOf((isCode ? null : at.get('attachments')) ?? {})
  if (!attachments) return fail('has attachments that are not an object')

  const kind = kindInFile(cellType, text.text, toLeaves(meta))
  const { comments, others } = takeComments(meta)
  const body = bodyOf(kind, text.text, others, isCode ? codeResult(outputs as readonly Leaf[], at) : null)
  const own = isCode ? codeKeys : attachments.length > 0 ? textKeys : commonKeys
  const unknown = members.filter(([key]) => !own.includes(key))
  const attachmentKeys = keysOf(attachments)
  const [id, idExtra] = readId(at.get('id'), hasIds, taken)
  return {
    ok: true,
    draft: {
      cell: {
        id: cellId(id),
        kind: kind.name,
        source: body.source,
        meta: toLeaves(body.meta),
        attachments: toLeaves(attachments),
        extra: null,
        result: body.result,
        ...comments,
      },
      extra: {
        ...idExtra,
        ...(cellType === kind.file.cellType ? {} : { cellType }),
        ...(text.newline === '\n' ? {} : { newline: text.newline }),
        ...(isInOrder(attachmentKeys, undefined) ? {} : { attachmentKeys }),
        ...(unknown.length > 0 ? { unknown: toLeaves(unknown) } : {}),
        ...body.extra,
      },
      form: at.has('source') ? text.form : null,
      keys: keysOf(members),
      metaKeys: keysOf(meta),
    },
  }
}

const codeResult = (outputs: readonly Leaf[], at: ReadonlyMap<string, Leaf>): Result | null => {
  const count = numberOf(at.get('execution_count'))
  if (outputs.length === 0 && count === null) return null
  const failed = outputs.some((leaf) => new Map(membersOf(leaf)).get('output_type') === 'error')
  return importedResult({
    status: failed ? 'error' : 'done',
    count,
    outputs: outputs.map((leaf): Output => ({ live: false, leaf })),
  })
}

/** Removes the metadata that marks the kind, and what the model did besides its reply, from the cell's metadata. */
const bodyOf = ({ file }: CellKind, text: string, meta: readonly Member[], ran: Result | null): CellBody => {
  const { source, reply, receipt, form } = file.text?.read(text) ?? { source: text, reply: null, form: {} }
  const at = new Map(meta)
  const replyMeta = reply === null ? null : readReplyMeta(at.get(replyKey))
  const written = [...(file.mark === null ? [] : [file.mark]), ...Object.entries(file.besides)]
  const isOurs = ([key, value]: Member): boolean =>
    written.some(([ours, leaf]) => key === ours && value === leaf) || (replyMeta !== null && key === replyKey)
  const unmarked = file.text !== null && file.mark !== null && at.get(file.mark[0]) !== file.mark[1]
  const prompt = { ...form, ...(unmarked ? { flag: false as const } : {}) }
  return {
    source,
    meta: meta.filter((member) => !isOurs(member)),
    result:
      reply === null
        ? ran
        : importedResult({
            status: receipt?.end === undefined ? 'done' : statusOfEnd(receipt.end),
            reply,
            ...replyMeta,
            ...(receipt === undefined ? {} : { receipt }),
          }),
    extra: Object.keys(prompt).length > 0 ? { prompt } : {},
  }
}

/** Reads what cell-write.ts writes under `replyKey`; null if it has another form. */
const readReplyMeta = (leaf: Leaf | undefined): Pick<Result, 'thinking' | 'calls' | 'references'> | null => {
  const members = membersOf(leaf)
  if (!members?.every(([key]) => ['thinking', 'calls', 'references'].includes(key))) return null
  const { thinking = null, calls = [], references: known = [] } = Object.fromEntries(members)
  if (!Array.isArray(calls) || (thinking !== null && typeof thinking !== 'string')) return null
  const references = readReferences(known)
  // Written back as it is, where it is more than that.
  if (JSON.stringify(referencesLeaf(references)) !== JSON.stringify(known)) return null
  return thinking === null && calls.length === 0 && references.length === 0
    ? null
    : {
        thinking,
        calls: calls as readonly Leaf[],
        ...(references.length === 0 ? {} : { references }),
      }
}

/** The id, if it is valid and not taken, and what to keep to write the file's own value back. */
const readId = (
  leaf: Leaf | undefined,
  hasIds: boolean,
  taken: Set<string>,
): readonly [string, CellExtra] => {
  if (leaf === undefined) return ['', hasIds ? { id: null } : {}]
  const id = stringOf(leaf) ?? ''
  if (taken.has(id) || id === '__proto__' || !/^[a-zA-Z0-9_-]{1,64}$/.test(id)) return ['', { id: leaf }]
  taken.add(id)
  return [id, hasIds ? {} : { id }]
}
