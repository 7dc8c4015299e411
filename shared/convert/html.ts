// Exports a notebook as a self-contained HTML file for reading. Nothing in it runs or is loaded; its policy enforces that.
import { fromLeaves } from '../ipynb/keys.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { languageOf } from './file-cell.ts'
import { markdownHtml, newMathHtml, type MathHtml } from './html-markdown.ts'
import { outputsHtml, textHtml } from './html-output.ts'
import { replyHtml } from './html-reply.ts'
import { pageStyle } from './html-style.ts'
import { escapeHtml, pythonHtml } from './html-text.ts'

const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

export function writeHtml(notebook: Notebook, title: string): string {
  const highlight = /^i?python/.test(languageOf(fromLeaves(notebook.meta))) ? pythonHtml : escapeHtml
  const math = newMathHtml()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="LLM Notebook">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${notebook.cells.map((cell) => cellHtml(cell, highlight, math)).join('')}</main>
</body>
</html>
`
}

type Highlighter = (code: string) => string

function cellHtml(cell: Cell, highlight: Highlighter, math: MathHtml): string {
  switch (cell.kind) {
    case 'note':
      return cell.source.trim() === ''
        ? ''
        : `<section class="note markdown">\n${markdownHtml(cell.source, math, cell.attachments)}</section>\n`
    case 'raw':
      return cell.source === '' ? '' : `<section class="raw">\n${textHtml(cell.source, 'raw')}</section>\n`
    case 'code':
      return codeHtml(cell, highlight, math)
    case 'prompt':
      return promptHtml(cell, math)
    default:
      return cell.kind satisfies never
  }
}

function codeHtml({ source, result }: Cell, highlight: Highlighter, math: MathHtml): string {
  const outputs = outputsHtml(result?.outputs ?? [], math)
  if (source === '' && outputs === '') return ''
  const count = result?.run ? result.run.count : (result?.count ?? null)
  const label = count === null ? '' : `<span class="count">[${count}]</span>`
  const code = `<pre class="source"><code>${highlight(source)}</code></pre>`
  const shown = outputs === '' ? '' : `<div class="outputs">\n${outputs}</div>\n`
  return `<section class="code">\n${label}${code}\n${shown}</section>\n`
}

function promptHtml({ source, attachments, result }: Cell, math: MathHtml): string {
  const { reply = null, thinking = null, calls = [] } = result ?? {}
  if (source.trim() === '' && reply === null) return ''
  const asked = `<section class="prompt markdown">\n<p class="role">Prompt</p>\n${markdownHtml(source, math, attachments)}</section>\n`
  const thought = (thinking ?? '') === '' ? '' : detailsHtml('Thinking', thinking ?? '')
  const called = calls.map((call) => detailsHtml('Tool call', JSON.stringify(call, null, 2))).join('')
  if (reply === null && thought === '' && called === '') return asked
  const answered = replyHtml(reply ?? '', math, attachments)
  return `${asked}<section class="reply markdown">\n<p class="role">Reply</p>\n${thought}${called}${answered}</section>\n`
}

const detailsHtml = (summary: string, text: string): string =>
  `<details><summary>${summary}</summary>${textHtml(text, 'thinking')}</details>\n`
