// A reply as what it is: what the model thought and which tools it used is folded away; the rest is Markdown.
import type { Leaves } from '../notebook/notebook.ts'
import { replyParts, type ReplyPart } from '../reply/parts.ts'
import { markdownHtml, type MathHtml } from './html-markdown.ts'
import { textHtml } from './html-output.ts'
import { escapeHtml } from './html-text.ts'

export const replyHtml = (reply: string, math: MathHtml, attachments: Leaves): string =>
  replyParts(reply)
    .map((part) => partHtml(part, math, attachments))
    .join('')

const folded = (title: string, body: string): string =>
  `<details><summary>${title}</summary>\n<div class="markdown">${body}</div></details>\n`

function partHtml(part: ReplyPart, math: MathHtml, attachments: Leaves): string {
  switch (part.type) {
    case 'text':
      return markdownHtml(part.text, math, attachments)
    case 'thinking':
      return part.text === ''
        ? '<p><em>Thought about it.</em></p>\n'
        : folded('Thinking', markdownHtml(part.text, math))
    case 'tool':
      return folded(
        `Tool call: ${escapeHtml(part.call)}`,
        part.result === null ? '' : textHtml(part.result, 'raw'),
      )
    case 'usage':
      return `<p><em>Usage: ${escapeHtml(part.text)}</em></p>\n`
    case 'interrupted':
      return '<p><em>The response was interrupted.</em></p>\n'
    default:
      return part satisfies never
  }
}
