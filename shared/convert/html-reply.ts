// A reply in an HTML file: thinking and tool calls are collapsed, the rest is Markdown.
import type { Leaves } from '../notebook/notebook.ts'
import { withNestedFences } from '../reply/nested-fences.ts'
import { replyParts, type ReplyPart } from '../reply/parts.ts'
import { markdownHtml, type MathHtml } from './html-markdown.ts'
import { textHtml } from './html-output.ts'
import { escapeHtml } from './html-text.ts'

export const replyHtml = (reply: string, math: MathHtml, attachments: Leaves): string =>
  replyParts(reply)
    .map((part) => partHtml(part, math, attachments))
    .join('')

const collapsed = (title: string, body: string): string =>
  `<details><summary>${title}</summary>\n<div class="markdown">${body}</div></details>\n`

const partHtml = (part: ReplyPart, math: MathHtml, attachments: Leaves): string => {
  switch (part.type) {
    case 'text':
      return markdownHtml(withNestedFences(part.text, false), math, attachments)
    case 'thinking':
      return part.text === ''
        ? '<p><em>The model was thinking.</em></p>\n'
        : collapsed('Thinking', markdownHtml(part.text, math))
    case 'tool':
      return collapsed(
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
