// Notebooks as Python scripts in Jupytext's percent format: cells start with `# %%`, and everything but code is a comment.
// https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
import type { Member } from '../ipynb/json-read.ts'
import type { NotebookRead } from '../ipynb/parse.ts'
import { kindKey } from '../notebook/cell-kinds/cell-kind.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { fileCell, headerMembers, notebookOf, promptMember, type FileCell } from './file-cell.ts'
import { readHeader, writeHeader } from './header.ts'
import { commentMagic, marker, uncommentMagic } from './magic.ts'
import { readOptions, writeOptions } from './options.ts'
import { packagesOfBlock, scriptBlock } from './script-block.ts'

/** The cell id in files written by earlier versions of this app. */
const idKey = 'cell_id'
/** Line breaks at the end of a source, which would be indistinguishable from the empty line between cells. */
const endKey = 'trailing_newlines'
/** Cells that start with `%%bash` or similar are commented out completely. */
const languageKey = 'language'
const argumentsKey = 'magic_args'
const foreign =
  /^%%(bash|sh|cmd|html|HTML|javascript|js|latex|markdown|perl|powershell|R|ruby|script|sql|svg)(?: (.*))?$/s

export const writePython = (notebook: Notebook): string => {
  const header = comment(writeHeader(headerMembers(notebook), 'py'))
  const cells = notebook.cells.flatMap((cell) => ['', ...cellLines(fileCell(cell))])
  const block = scriptBlock(notebook)
  return [...header, ...(block.length === 0 ? [] : ['', ...block]), ...cells, ''].join('\n')
}

const cellLines = ({ type, meta, source }: FileCell): string[] => {
  const { title, rest } = takeTitle(meta)
  const mark = `# %%${title === '' ? '' : ` ${title}`}${type === 'code' ? '' : ` [${type}]`}`
  const withOptions = (members: readonly Member[]): string =>
    members.length === 0 ? mark : `${mark} ${writeOptions(members)}`
  const lines = source.split('\n')
  if (type !== 'code') return [withOptions(rest), ...comment(lines)]
  // A kind with its own language: the source is not Python.
  if (rest.some(([key]) => key === kindKey)) return [withOptions(rest), ...comment(lines)]
  const [, language, args] = foreign.exec(lines[0] ?? '') ?? []
  if (language !== undefined && !rest.some(([key]) => key === languageKey || key === argumentsKey)) {
    const members: Member[] = [
      [languageKey, language],
      ...(args === undefined ? [] : ([[argumentsKey, args]] as const)),
    ]
    return [withOptions([...members, ...rest]), ...comment(lines.slice(1))]
  }
  const end = lines.length - 1 - lines.findLastIndex((line) => line !== '') - (/[^\n]/.test(source) ? 0 : 1)
  const endMember: Member[] = end === 0 ? [] : [[endKey, end]]
  const code = source.slice(0, source.length - end)
  return [withOptions([...rest, ...endMember]), ...(code === '' ? [] : commentMagic(code.split('\n')))]
}

/** Jupytext writes the title of a cell before its other metadata. */
const takeTitle = (meta: readonly Member[]): { title: string; rest: readonly Member[] } => {
  const title = new Map(meta).get('title')
  return typeof title === 'string' && /^[^\s[\]{}=](?:[^\n[\]{}=]*[^\s[\]{}=])?$/.test(title)
    ? { title, rest: meta.filter(([key]) => key !== 'title') }
    : { title: '', rest: meta }
}

/** A line that would become a cell marker as a comment gets a backslash, which Markdown does not render. */
const comment = (lines: readonly string[]): string[] =>
  lines.map((line) => (line === '' ? '#' : `# ${line.replace(/^\\*(?=%%)/, '$&\\')}`))

const uncomment = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/^# ?/, '').replace(/^\\(?=\\*%%)/, ''))

export const readPython = (text: string): NotebookRead => {
  const lines = text.split('\n')
  const head = readHeader(lines.map((line) => line.replace(/^# ?/, '')))
  const isHeader = head !== null && lines[0]?.startsWith('#') === true
  const start = isHeader ? head.length : 0
  const marks = lines.flatMap((line, index) => (index >= start && marker.test(line) ? [index] : []))
  const cells: FileCell[] = []
  if (isHeader && head.meta === null)
    cells.push({ type: 'raw', id: '', meta: [], source: uncomment(lines.slice(0, start)).join('\n') })
  const before = trimmed(lines.slice(start, marks[0]), true)
  const packages = packagesOfBlock(before)
  if (before.length > 0 && packages === null) cells.push(codeCell(before, '', []))
  for (const [nth, index] of marks.entries()) {
    const options = marker.exec(lines[index] ?? '')?.[1] ?? ''
    cells.push(readCell(options, trimmed(lines.slice(index + 1, marks[nth + 1]), false)))
  }
  return notebookOf(isHeader ? head.meta : null, cells, packages === null ? [] : [packages])
}

const readCell = (text: string, lines: readonly string[]): FileCell => {
  const { words, members } = readOptions(text)
  const [, before = words, type = 'code', after = ''] =
    /^(.*?)\[(markdown|md|raw|code|prompt)\](.*)$/s.exec(words) ?? []
  const title = `${before.trim()} ${after.trim()}`.trim()
  const at = new Map(members)
  const idLeaf = at.get(idKey)
  const id = typeof idLeaf === 'string' ? idLeaf : ''
  const meta: Member[] = [
    ...(title === '' || at.has('title') ? [] : ([['title', title]] as const)),
    ...members.filter(([key]) => key !== idKey || id === ''),
  ]
  switch (type) {
    case 'markdown':
    case 'md':
      return { type: 'markdown', id, meta, source: textIn(lines) }
    case 'prompt':
      return { type: 'markdown', id, meta: [...meta, promptMember], source: textIn(lines) }
    case 'raw':
      return { type: 'raw', id, meta, source: textIn(lines) }
    default:
      return codeCell(lines, id, meta)
  }
}

const codeCell = (lines: readonly string[], id: string, meta: readonly Member[]): FileCell => {
  const at = new Map(meta)
  if (at.has(kindKey)) return { type: 'code', id, meta, source: uncomment(lines).join('\n') }
  const [language, args, end] = [at.get(languageKey), at.get(argumentsKey), at.get(endKey)]
  const first = `%%${String(language)}${typeof args === 'string' ? ` ${args}` : ''}`
  const own = meta.filter(([key]) => key !== endKey)
  if (typeof language === 'string' && foreign.test(first)) {
    const rest = own.filter(([key]) => key !== languageKey && key !== argumentsKey)
    return { type: 'code', id, meta: rest, source: [first, ...uncomment(lines)].join('\n') }
  }
  const breaks = typeof end === 'number' && end > 0 && end <= 1_000 ? '\n'.repeat(end) : ''
  return { type: 'code', id, meta: own, source: uncommentMagic(lines).join('\n') + breaks }
}

/** The text of comments or of one triple-quoted string. */
const textIn = (lines: readonly string[]): string => {
  const text = lines.join('\n')
  const [, , inside] = /^[rR]?("""|''')\n?(.*?)\n?\1$/s.exec(text) ?? []
  return inside ?? uncomment(lines).join('\n')
}

/** Removes the empty lines between cells. */
const trimmed = (lines: readonly string[], alsoBefore: boolean): readonly string[] => {
  const start = alsoBefore ? lines.findIndex((line) => line !== '') : 0
  return lines.slice(Math.max(start, 0), lines.findLastIndex((line) => line !== '') + 1)
}
