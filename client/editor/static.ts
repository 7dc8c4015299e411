// A text without an editor: the same lines, colours and carets as in the editor, to the pixel.
import { commentClass } from '../comments/comment-class.ts'
import type { CommentedSpan } from '../comments/comments.ts'
import type { Caret } from './carets.ts'
import { CaretMark } from './caret-mark.ts'
import { errorClass, lineSpan } from './error-line.ts'
import { coloursOf, type Language } from './colours.ts'

export interface Look {
  readonly language: Language
  /** False far from the viewport. */
  readonly highlight: boolean
  readonly carets: readonly Caret[]
  readonly commented: readonly CommentedSpan[]
  /** The line to mark, 1 for the first. */
  readonly errorLine: number | null
  readonly lineNumbers: boolean
}

const lineStarts = (text: string): readonly number[] => {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}

/** Takes no space in the text and is not part of it. */
const numberElement = (line: number): HTMLElement => {
  const element = document.createElement('span')
  element.className = 'nb-line-number'
  element.dataset['line'] = String(line)
  return element
}

/** An element for such a text: a text box that opens its editor when it gets the focus. */
export const staticElement = (): HTMLElement => {
  const element = document.createElement('pre')
  element.className = 'nb-picture'
  element.tabIndex = 0
  element.setAttribute('role', 'textbox')
  element.setAttribute('aria-multiline', 'true')
  element.setAttribute('aria-readonly', 'true')
  return element
}

export const renderStatic = (element: HTMLElement, text: string, look: Look): void => {
  const { language, highlight, carets, commented, errorLine } = look
  const starts = look.lineNumbers ? lineStarts(text) : []
  if (starts.length === 0) element.style.removeProperty('--nb-line-digits')
  else element.style.setProperty('--nb-line-digits', String(Math.max(2, String(starts.length).length)))
  // An empty last line has no height in a <pre>.
  const shown = text === '' || text.endsWith('\n') ? `${text}\u200b` : text
  const spans = highlight ? coloursOf(text, language) : []
  const error = errorLine === null ? null : lineSpan(text, errorLine)
  const numbered = highlight ? starts : []
  const isPlain = spans.length === 0 && carets.length === 0 && commented.length === 0
  if (isPlain && error === null && numbered.length === 0) {
    element.textContent = shown
    return
  }
  const edges = new Set<number>([0, shown.length])
  for (const { from, to } of spans) edges.add(from).add(to)
  for (const { anchor, head } of carets)
    edges.add(Math.min(anchor, text.length)).add(Math.min(head, text.length))
  for (const { from, to } of commented) edges.add(Math.min(from, text.length)).add(Math.min(to, text.length))
  if (error !== null) edges.add(error.from).add(error.to)
  for (const start of numbered) edges.add(start)
  const sorted = [...edges].sort((a, b) => a - b)
  const fragment = document.createDocumentFragment()
  let next = 0
  let line = 0
  for (const [i, from] of sorted.entries()) {
    if (numbered[line] === from) fragment.append(numberElement(++line))
    for (const caret of carets)
      if (Math.min(caret.head, text.length) === from) fragment.append(new CaretMark(caret).element)
    const to = sorted[i + 1]
    if (to === undefined) break
    while ((spans[next]?.to ?? Infinity) <= from) next++
    const span = spans[next]
    const marked = error !== null && error.from <= from && to <= error.to ? [errorClass] : []
    const comments = commented.filter((each) => each.from <= from && to <= each.to)
    const commentClasses = comments.map(({ isChosen }) => commentClass(isChosen))
    const own = span !== undefined && span.from <= from ? [span.classes] : []
    const classes = [...own, ...marked, ...commentClasses].join(' ')
    const owner = carets.find(
      ({ anchor, head }) => Math.min(anchor, head) <= from && to <= Math.max(anchor, head),
    )
    const piece = shown.slice(from, to)
    if (classes === '' && owner === undefined) {
      fragment.append(piece)
      continue
    }
    const element = document.createElement('span')
    element.className = owner === undefined ? classes : `${classes} nb-caret-selection`.trim()
    if (owner !== undefined) element.style.setProperty('--caret', owner.color)
    element.textContent = piece
    fragment.append(element)
  }
  element.replaceChildren(fragment)
}
