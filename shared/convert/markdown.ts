// Notebooks as Markdown in Jupytext's format: code in ```python fences, two empty lines between notes, and
// `<!-- #region -->` around notes that need it. Results are omitted.
// https://jupytext.readthedocs.io/en/latest/formats-markdown.html
import { stringOf, type Member } from '../ipynb/json-read.ts'
import type { NotebookRead } from '../ipynb/parse.ts'
import { fenceFor } from '../markdown/fence.ts'
import { kindKey } from '../notebook/cell-kinds/cell-kind.ts'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { argumentsKey, foreignCell, foreignSource, isCellLanguage, languageKey } from './cell-languages.ts'
import { fileCell, headerMembers, languageOf, notebookOf, promptMember, type FileCell } from './file-cell.ts'
import { readHeader, writeHeader } from './header.ts'
import { readOptions, writeOptions } from './options.ts'

/** Info string of output fences written by earlier versions of this app. */
const outputInfo = 'output'
/** Shows readers where a question starts; the separator shows where the reply starts. */
const promptTitle = '##### 💬Prompt💬'
const python: readonly string[] = ['python', 'python3', 'py', 'ipython', 'ipython3']
const openRegion = /^<!--\s*#(region|raw|prompt)\b(.*?)-->\s*$/s
const likeRegion = /^(<!--\s*~*)(?=#(?:region|raw|prompt|endregion|endraw|endprompt)\b)/
const quotedRegion = /^(<!--\s*~*)~(?=#(?:region|raw|prompt|endregion|endraw|endprompt)\b)/

interface Piece {
  readonly isNote: boolean
  readonly lines: readonly string[]
}

export const writeMarkdown = (notebook: Notebook): string => {
  const header = headerMembers(notebook)
  const language = fenceLanguage(header)
  const pieces = notebook.cells.map((cell) => pieceOf(cell, language))
  const body = pieces.flatMap(({ isNote, lines }, index) => [
    ...(isNote && pieces[index - 1]?.isNote ? ['', ''] : ['']),
    ...lines,
  ])
  return [...writeHeader(header, 'md'), ...body, ''].join('\n')
}

/** The language of a cell whose kind has its own language. */
const ownLanguage = (meta: readonly Member[]): string | null => {
  const at = new Map(meta)
  const language = at.get(languageKey)
  return at.has(kindKey) && typeof language === 'string' && /^[a-z][\w+#-]*$/.test(language) ? language : null
}

/** The info string of fences that are cells, as Jupytext writes it. */
const fenceLanguage = (meta: readonly Member[]): string => {
  const language = languageOf(meta)
  if (language === 'r') return 'R'
  if (language.startsWith('c++')) return 'c++'
  return /^[a-z][\w+#-]*$/.test(language) ? language.replace('#', 'sharp') : 'python'
}

const pieceOf = (cell: Cell, language: string): Piece => {
  const { type, meta, source } = fileCell(cell)
  const options = writeOptions(meta)
  switch (type) {
    case 'code': {
      const own = ownLanguage(meta)
      const foreign = own === null && !meta.some(([key]) => key === argumentsKey) ? foreignCell(source) : null
      const members = [
        ...(own === null ? meta : meta.filter(([key]) => key !== languageKey)),
        ...(foreign === null || foreign.args === '' ? [] : ([[argumentsKey, foreign.args]] as const)),
      ]
      const rest = writeOptions(members).replaceAll('`', String.raw`\u0060`)
      const info = [own ?? foreign?.language ?? language, rest].filter((part) => part !== '')
      return {
        isNote: false,
        lines: fence(info.join(' '), foreign === null ? source.split('\n') : foreign.lines),
      }
    }
    case 'raw':
      return { isNote: false, lines: region('raw', options, source) }
    case 'markdown': {
      const isPrompt = kindNamed(cell.kind).file.text?.hasReply === true
      if (!isPrompt && meta.length === 0 && isPlain(source, language))
        return { isNote: true, lines: source.split('\n') }
      const titled = isPrompt || source.startsWith(promptTitle)
      return {
        isNote: false,
        lines: region('region', options, titled ? `${promptTitle}\n\n${source}` : source),
      }
    }
    default:
      return type satisfies never
  }
}

const linesOf = (source: string): string[] => (source === '' ? [] : source.split('\n'))

const fence = (info: string, lines: readonly string[]): string[] => {
  const marks = fenceFor(lines.map((line) => /^\s*(`*)/.exec(line)?.[1] ?? '').join('\n'))
  return [marks + info, ...lines, marks]
}

const region = (name: 'region' | 'raw', options: string, source: string): string[] => {
  // `--` is not allowed in comments; in options it only occurs in JSON strings, where it can be escaped.
  const words = [`<!-- #${name}`, options.replaceAll('--', String.raw`-\u002d`), '-->']
  const inside = linesOf(source).map((line) => line.replace(likeRegion, '$1~'))
  return [words.filter((part) => part !== '').join(' '), ...inside, `<!-- #end${name} -->`]
}

/** Whether a note can be read back without a region around it. */
const isPlain = (source: string, language: string): boolean => {
  if (source.trim() === '' || source.startsWith(promptTitle)) return false
  // An unclosed fence would swallow the following cell.
  const [cell, after, ...others] = cellsIn([...source.split('\n'), '', '', 'after'], language, true)
  const isSame = cell?.type === 'markdown' && cell.meta.length === 0 && cell.source === source
  return isSame && after?.source === 'after' && others.length === 0
}

export const readMarkdown = (text: string): NotebookRead => {
  const lines = text.split('\n')
  const head = readHeader(lines)
  const isJupytext = head !== null && head.meta !== null
  const cells = cellsIn(lines.slice(head?.length ?? 0), fenceLanguage(head?.meta ?? []), isJupytext)
  const front = head !== null && head.meta === null ? lines.slice(0, head.length).join('\n') : null
  const raw: FileCell[] = front === null ? [] : [{ type: 'raw', id: '', meta: [], source: front }]
  return notebookOf(head?.meta ?? null, [...raw, ...cells])
}

/** Other languages are those of cells only where Jupytext wrote the file. */
const cellsIn = (lines: readonly string[], language: string, isJupytext: boolean): FileCell[] => {
  const cells: FileCell[] = []
  let note: string[] = []
  const endNote = (): void => {
    while (note[0]?.trim() === '') note.shift()
    while (note.at(-1)?.trim() === '') note.pop()
    if (note.length > 0) cells.push(textCell('markdown', [], note))
    note = []
  }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const opened = openRegion.exec(line)
    const fenced = /^([ \t]*)(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/s.exec(line)
    if (opened) {
      endNote()
      const [, name = '', options = ''] = opened
      const end = find(lines, at + 1, (text) => new RegExp(`^<!--\\s*#end${name}\\s*-->\\s*$`).test(text))
      cells.push(regionCell(name, options, lines.slice(at + 1, end)))
      at = end
    } else if (fenced) {
      const [, indent = '', marks = '', info = ''] = fenced
      const end = find(lines, at + 1, (text) => isClosing(text, marks))
      const [, word = '', options = ''] = /^(\S*)\s*(.*)$/s.exec(info) ?? []
      const inside = lines.slice(at + 1, end)
      const { words, members } = readOptions(options)
      const hasKind = members.some(([key]) => key === kindKey)
      const isOurs =
        word.toLowerCase() === language.toLowerCase() || (language === 'python' && python.includes(word))
      const isForeign = isJupytext && !isOurs && !hasKind && isCellLanguage(word)
      const isCode = indent === '' && (isOurs || hasKind || isForeign)
      const isOutput =
        info === outputInfo && note.every((text) => text.trim() === '') && cells.at(-1)?.type === 'code'
      if (isCode) {
        endNote()
        const title: Member[] = words === '' ? [] : [['title', words]]
        const args = stringOf(new Map(members).get(argumentsKey)) ?? ''
        const own = isForeign ? members.filter(([key]) => key !== argumentsKey) : members
        cells.push({
          type: 'code',
          id: '',
          meta: [...title, ...own, ...(isOurs || isForeign ? [] : [[languageKey, word] as const])],
          source: isForeign ? foreignSource({ language: word, args, lines: inside }) : inside.join('\n'),
        })
      } else if (!isOutput) for (const line of lines.slice(at, end + 1)) note.push(line)
      at = end
    } else {
      note.push(line)
      if (line.trim() === '' && note.at(-2)?.trim() === '') endNote()
    }
  }
  endNote()
  return cells
}

const find = (lines: readonly string[], from: number, isEnd: (line: string) => boolean): number => {
  for (let at = from; at < lines.length; at++) if (isEnd(lines[at] ?? '')) return at
  return lines.length
}

const isClosing = (line: string, marks: string): boolean => {
  const text = line.trim()
  return text.length >= marks.length && text === marks.charAt(0).repeat(text.length)
}

const regionCell = (name: string, options: string, lines: readonly string[]): FileCell => {
  const { words, members } = readOptions(options.trim())
  const meta: Member[] = [...(words === '' ? [] : ([['title', words]] as const)), ...members]
  if (name === 'raw') return textCell('raw', meta, lines)
  const titled = lines[0] === promptTitle
  const inside = titled ? lines.slice(lines[1] === '' ? 2 : 1) : lines
  return textCell('markdown', name === 'prompt' ? [...meta, promptMember] : meta, inside)
}

const textCell = (type: 'markdown' | 'raw', meta: readonly Member[], lines: readonly string[]): FileCell => ({
  type,
  id: '',
  meta,
  source: lines.map((line) => line.replace(quotedRegion, '$1')).join('\n'),
})
