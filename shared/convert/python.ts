// Notebooks as Python scripts in Jupytext's percent format: cells start with `# %%`, and everything but code is a comment.
// https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
import { membersOf, stringOf, type Member } from '../ipynb/json-read.ts'
import { fromLeaves } from '../ipynb/keys.ts'
import type { NotebookRead } from '../ipynb/parse.ts'
import { kindKey } from '../notebook/cell-kinds/cell-kind.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { blankLines } from './blank-lines.ts'
import { argumentsKey, foreignCell, foreignSource, isCellLanguage, languageKey } from './cell-languages.ts'
import { fileCell, headerMembers, notebookOf, promptMember, type FileCell } from './file-cell.ts'
import { readHeader, writeHeader } from './header.ts'
import { commentMagic, marker, uncommentMagic } from './magic.ts'
import { readOptions, writeOptions } from './options.ts'
import { packagesOfBlock, scriptBlock } from './script-block.ts'

/** The cell id in files written by earlier versions of this app. */
const idKey = 'cell_id'
/** Line breaks at the end of a source, which would be indistinguishable from the empty line between cells. */
const endKey = 'trailing_newlines'
/** Cells that start with `%%bash` or similar are commented out completely; `%%cmd` and `%%HTML` were once. */
const isForeign = (name: string): boolean => isCellLanguage(name) || name === 'cmd' || name === 'HTML'

export const writePython = (notebook: Notebook): string => {
  const header = comment(writeHeader(headerMembers(notebook), 'py'))
  const block = scriptBlock(notebook)
  const top = [...firstLines(notebook), ...header, ...(block.length === 0 ? [] : ['', ...block])]
  // From the end, because the number of empty lines follows from what comes next.
  let after: string[] = []
  for (const cell of notebook.cells.toReversed()) {
    const lines = cellLines(fileCell(cell))
    after = [...lines, ...Array.from({ length: blankLines(lines, after) }, () => ''), ...after]
  }
  return [...top, '', ...(after.length === 0 ? [''] : after)].join('\n')
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
  const foreign = foreignCell(source)
  if (foreign !== null && !rest.some(([key]) => key === languageKey || key === argumentsKey)) {
    const { language, args, lines: inside } = foreign
    const members: Member[] = [
      [languageKey, language],
      ...(args === '' ? [] : ([[argumentsKey, args]] as const)),
    ]
    return [withOptions([...members, ...rest]), ...comment(inside)]
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

/**
 * A line that would become a cell marker as a comment gets a backslash, which Markdown does not render. Jupytext also takes
 * one that is indented, as comments in Mermaid are.
 */
const comment = (lines: readonly string[]): string[] =>
  lines.map((line) => (line === '' ? '#' : `# ${line.replace(/^[ \t]*\\*(?=%%)/, '$&\\')}`))

const uncomment = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/^# ?/, '').replace(/^([ \t]*)\\(?=\\*%%)/, '$1'))

export const readPython = (text: string): NotebookRead => {
  const [first, lines] = takeFirstLines(text.split('\n'))
  const head = readHeader(lines.map((line) => line.replace(/^# ?/, '')))
  const isHeader = head !== null && lines[0]?.startsWith('#') === true
  const start = isHeader ? head.length : 0
  const marks = lines.flatMap((line, index) => (index >= start && marker.test(line) ? [index] : []))
  const cells: FileCell[] = []
  if (isHeader && head.meta === null)
    cells.push({ type: 'raw', id: '', meta: [], source: uncomment(lines.slice(0, start)).join('\n') })
  const before = trimmed(lines.slice(start, marks[0]), true)
  const packages = packagesOfBlock(before)
  const isJupytext = isHeader && head.meta !== null
  if (before.length > 0 && packages === null) cells.push(codeCell(before, '', [], isJupytext))
  for (const [nth, index] of marks.entries()) {
    const options = marker.exec(lines[index] ?? '')?.[1] ?? ''
    cells.push(readCell(options, trimmed(lines.slice(index + 1, marks[nth + 1]), false), isJupytext))
  }
  const meta = isHeader && head.meta !== null ? withJupytext(head.meta, first) : null
  return notebookOf(meta, cells, packages === null ? [] : [packages])
}

const readCell = (text: string, lines: readonly string[], isJupytext: boolean): FileCell => {
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
      return codeCell(lines, id, meta, isJupytext)
  }
}

const codeCell = (
  lines: readonly string[],
  id: string,
  meta: readonly Member[],
  isJupytext: boolean,
): FileCell => {
  const at = new Map(meta)
  if (at.has(kindKey)) return { type: 'code', id, meta, source: uncomment(lines).join('\n') }
  const [language, args, end] = [at.get(languageKey), at.get(argumentsKey), at.get(endKey)]
  const own = meta.filter(([key]) => key !== endKey)
  if (typeof language === 'string' && isForeign(language)) {
    const rest = own.filter(([key]) => key !== languageKey && key !== argumentsKey)
    const foreign = { language, args: typeof args === 'string' ? args : '', lines: uncomment(lines) }
    return { type: 'code', id, meta: rest, source: foreignSource(foreign) }
  }
  const breaks = typeof end === 'number' && end > 0 && end <= 1_000 ? '\n'.repeat(end) : ''
  return { type: 'code', id, meta: own, source: uncommentMagic(lines, isJupytext).join('\n') + breaks }
}

/** Lines above the header, which Jupytext keeps in its metadata. */
const executableKey = 'executable'
const encodingKey = 'encoding'

const firstLines = ({ meta }: Notebook): string[] => {
  const at = new Map(membersOf(new Map(fromLeaves(meta)).get('jupytext')))
  const [executable, encoding] = [stringOf(at.get(executableKey)), stringOf(at.get(encodingKey))]
  return [...(executable === null ? [] : [`#!${executable}`]), ...(encoding === null ? [] : [encoding])]
}

const takeFirstLines = (lines: readonly string[]): readonly [readonly Member[], readonly string[]] => {
  const found: Member[] = []
  let at = 0
  if (lines[at]?.startsWith('#!')) found.push([executableKey, lines[at++]?.slice(2) ?? ''])
  if (/^#.*?coding[:=][ \t]*utf-8\b/.test(lines[at] ?? '')) found.push([encodingKey, lines[at++] ?? ''])
  return lines[at]?.trimEnd() === '# ---' ? [found, lines.slice(at)] : [[], lines]
}

const withJupytext = (meta: readonly Member[], members: readonly Member[]): readonly Member[] => {
  if (members.length === 0) return meta
  const jupytext = membersOf(new Map(meta).get('jupytext')) ?? []
  return [
    ...meta.filter(([key]) => key !== 'jupytext'),
    ['jupytext', Object.fromEntries([...jupytext, ...members])],
  ]
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
