// A reply as what it is: what the model thought and which tools it used, as Solveit writes them into the text, are
// folded away; the rest is Markdown.
import type { Leaves } from '../notebook/notebook.ts'
import { markdownHtml } from './html-markdown.ts'
import { escapeHtml } from './html-text.ts'

interface Part {
  /** null: the text of the reply itself. */
  readonly title: string | null
  readonly text: string
}

const starts = /<!--think_start-->|^<details class=['"](tool|token)-usage-details['"]>[ \t]*$/gm

export const replyHtml = (reply: string, attachments: Leaves): string =>
  partsOf(reply)
    .map(({ title, text }) =>
      title === null
        ? markdownHtml(text, attachments)
        : `<details><summary>${escapeHtml(title)}</summary>\n<div class="markdown">${markdownHtml(text)}</div></details>\n`,
    )
    .join('')

function partsOf(reply: string): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const found of reply.matchAll(starts)) {
    if (found.index < at) continue
    const close = found[1] === undefined ? '<!--think_end-->' : '</details>'
    const inside = found.index + found[0].length
    const end = reply.indexOf(close, inside)
    // A reply that was interrupted: the rest is shown as it stands.
    if (end < 0) break
    parts.push(...spoken(reply.slice(at, found.index)))
    parts.push(
      found[1] === undefined
        ? { title: 'Thinking', text: reply.slice(inside, end) }
        : used(found[1], reply.slice(inside, end)),
    )
    at = end + close.length
  }
  return [...parts, ...spoken(reply.slice(at))]
}

function used(kind: string, text: string): Part {
  const [whole = '', summary = ''] = /^\s*<summary>([^<]*)<\/summary>/.exec(text) ?? []
  const title = kind === 'token' ? 'Tokens used' : 'Tool call'
  return {
    title: summary.trim() === '' ? title : `${title}: ${summary.trim()}`,
    text: text.slice(whole.length),
  }
}

/** Solveit counts thoughts with a line of brains. */
const spoken = (text: string): Part[] =>
  text.trim() === ''
    ? []
    : [{ title: null, text: text.replace(/^[🧠 \t]*🧠[ \t]*$/gmu, '*Thought about it.*') }]
