// The notebook metadata in the header of a .py or .md file: the subset of YAML that Jupytext writes (nested maps and plain
// values) and JSON, which is valid YAML. A header with other YAML is kept as text.
import { membersOf, readJson, stringOf, type Member } from '../ipynb/json-read.ts'
import { writeJson } from '../ipynb/json-write.ts'
import type { Leaf } from '../notebook/notebook.ts'
import { oneLine } from './file-cell.ts'

export type HeaderForm = 'py' | 'md'

const formats = {
  py: { extension: '.py', format_name: 'percent', format_version: '1.3' },
  md: { extension: '.md', format_name: 'markdown', format_version: '1.3' },
} as const

const formatKey = 'text_representation'
/** In .py written as the lines above it, see python.ts. */
const aboveHeader = /^(?:executable|encoding)$/

/** Including the `---` lines. */
export const writeHeader = (meta: readonly Member[], form: HeaderForm): string[] => {
  const jupytext = membersOf(new Map(meta).get('jupytext')) ?? []
  const withFormat: Leaf = Object.fromEntries([
    ...jupytext.filter(([key]) => key !== formatKey && !(form === 'py' && aboveHeader.test(key))),
    [formatKey, formats[form]],
  ])
  const members = [['jupytext', withFormat] as const, ...meta.filter(([key]) => key !== 'jupytext')]
  return ['---', 'jupyter:', ...blockLines(members, '  '), '---']
}

const blockLines = (members: readonly Member[], indent: string): string[] => {
  return members.flatMap(([key, leaf]) => {
    const inner = leaf !== null && typeof leaf === 'object' && !('$json' in leaf) ? membersOf(leaf) : null
    const head = `${indent}${/^[A-Za-z_][\w.-]*$/.test(key) ? key : JSON.stringify(key)}:`
    return inner !== null && inner.length > 0
      ? [head, ...blockLines(inner, `${indent}  `)]
      : [`${head} ${scalarText(leaf)}`]
  })
}

/** Words that are not strings in YAML. */
const reservedWord = /^(?:true|false|null|yes|no|on|off|y|n|\.?nan|\.?inf|infinity)$/i

const scalarText = (leaf: Leaf): string =>
  typeof leaf === 'string' &&
  /^\.?[A-Za-z][\w.()+#-]*(?: [\w.()+-][\w.()+#-]*)*$/.test(leaf) &&
  !reservedWord.test(leaf)
    ? leaf
    : typeof leaf === 'string' && /^[\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]*$/.test(leaf)
      ? `'${leaf.replaceAll("'", "''")}'`
      : writeJson(leaf, oneLine)

export interface HeaderRead {
  /** Null if the header is not notebook metadata. */
  readonly meta: readonly Member[] | null
  /** Number of lines, including the `---` lines. */
  readonly length: number
}

/** Null if there is no header. */
export const readHeader = (lines: readonly string[]): HeaderRead | null => {
  if (lines[0]?.trimEnd() !== '---') return null
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---')
  if (end < 0) return null
  const content = lines.slice(1, end).filter((line) => line.trim() !== '' && !/^\s*#/.test(line))
  const isOurs = content[0]?.trimEnd() === 'jupyter:' && indentOf(content[1] ?? ' ') > 0
  const block = isOurs ? readBlock(content, 1, 0) : null
  const meta = block?.next === content.length ? block.members : null
  return { meta: meta ? withoutFormat(meta) : null, length: end + 1 }
}

const withoutFormat = (meta: readonly Member[]): readonly Member[] =>
  meta.flatMap(([key, leaf]): Member[] => {
    if (key !== 'jupytext') return [[key, leaf]]
    const rest = membersOf(leaf)?.filter(([inner]) => inner !== formatKey) ?? []
    return rest.length > 0 ? [[key, Object.fromEntries(rest)]] : []
  })

const maxDepth = 40

/** Reads the lines with the indentation of the first one, and the deeper ones below them. */
const readBlock = (
  lines: readonly string[],
  at: number,
  depth: number,
): { readonly members: readonly Member[]; readonly next: number } | null => {
  const indent = indentOf(lines[at] ?? '')
  const members: Member[] = []
  let next = at
  while (next < lines.length && indentOf(lines[next] ?? '') === indent) {
    const [, quoted, plain, text = ''] =
      /^ *(?:("[^"\\]*(?:\\.[^"\\]*)*")|([\w.-]+)):(?: +(.*))?$/s.exec((lines[next] ?? '').trimEnd()) ?? []
    const key = quoted === undefined ? plain : stringOf(leafIn(quoted))
    if (key === undefined || key === null || depth > maxDepth) return null
    next++
    if (text !== '') {
      const leaf = scalarIn(text)
      if (leaf === undefined) return null
      members.push([key, leaf])
    } else if (next < lines.length && indentOf(lines[next] ?? '') > indent) {
      const inner = readBlock(lines, next, depth + 1)
      if (!inner) return null
      members.push([key, Object.fromEntries(inner.members)])
      next = inner.next
    } else members.push([key, null])
  }
  return next < lines.length && indentOf(lines[next] ?? '') > indent ? null : { members, next }
}

const indentOf = (line: string): number => line.length - line.trimStart().length

const leafIn = (text: string): Leaf | undefined => {
  const read = readJson(text)
  return read.ok ? read.value : undefined
}

/** Undefined if it is YAML that is not supported here. */
const scalarIn = (text: string): Leaf | undefined => {
  const leaf = leafIn(text)
  if (leaf !== undefined) return leaf
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)
  if (quoted) return (quoted[1] ?? '').replaceAll("''", "'")
  if (text === '~') return null
  return /^[\w(/.+<=-]/.test(text) && !/: |:$| #/.test(text) && !text.startsWith('- ') ? text : undefined
}
