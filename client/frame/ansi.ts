// Text with ANSI colours inside widgets.

import { AnsiText, type Run } from '../../shared/notebook/output/ansi.ts'

/** Similar to xterm. Mixed with the text colour, so that they are readable in both themes. */
const palette = '#000 #c33 #292 #a70 #26c #a2a #199 #888 #555 #e44 #3b3 #c90 #48f #c4c #2bb #ccc'.split(' ')

const colour = (value: string | number): string =>
  typeof value === 'number'
    ? `color-mix(in srgb, ${palette[value] ?? 'currentColor'} 80%, var(--nb-text))`
    : value

const drawn = ({ text, style }: Run): Node => {
  if (style === null) return document.createTextNode(text)
  const span = document.createElement(style.link === null ? 'span' : 'a')
  if (span instanceof HTMLAnchorElement && style.link !== null) span.href = style.link
  if (style.foreground !== null) span.style.color = colour(style.foreground)
  if (style.background !== null) span.style.background = colour(style.background)
  if (style.bold) span.style.fontWeight = '600'
  if (style.italic) span.style.fontStyle = 'italic'
  if (style.underline) span.style.textDecoration = 'underline'
  span.textContent = text
  return span
}

export const ansiNodes = (text: string): Node[] => {
  const ansi = new AnsiText()
  ansi.update(text)
  return ansi.lines.flatMap((line, index) => [
    ...(index > 0 ? [document.createTextNode('\n')] : []),
    ...line.map(drawn),
  ])
}
