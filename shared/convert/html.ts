// Exports a notebook as a self-contained HTML file for reading. Nothing in it runs or is loaded; its policy enforces that.
import { fromLeaves } from '../ipynb/keys.ts'
import type { CellLanguage, HtmlParts } from '../notebook/cell-kinds/cell-kind.ts'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'
import { languageOf } from './file-cell.ts'
import { markdownHtml, newMathHtml, type MathHtml } from './html-markdown.ts'
import { exportPolicy, outputsHtml, textHtml } from './html-output.ts'
import { replyHtml } from './html-reply.ts'
import { pageStyle } from './html-style.ts'
import { escapeHtml, pythonHtml } from './html-text.ts'

export const writeHtml = (notebook: Notebook, title: string): string => {
  const highlight = /^i?python/.test(languageOf(fromLeaves(notebook.meta))) ? pythonHtml : escapeHtml
  const math = newMathHtml()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${exportPolicy}">
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

const cellHtml = (cell: Cell, highlight: Highlighter, math: MathHtml): string => {
  const { attachments, result } = cell
  const outputs = (): string => outputsHtml(result?.outputs ?? [], math)
  const write: HtmlParts = {
    section: (name, inner, role) =>
      `<section class="${name}">\n${role === undefined ? '' : `<p class="role">${role}</p>\n`}${inner}</section>\n`,
    markdown: (text) => markdownHtml(text, math, attachments),
    text: (text) => textHtml(text, 'raw'),
    code: (name, language) =>
      codeHtml(cell, name, language === undefined ? highlight : highlighters[language], outputs()),
    outputs,
    reply: (text) => replyHtml(text, math, attachments),
    folded: (title, text) => `<details><summary>${title}</summary>${textHtml(text, 'thinking')}</details>\n`,
  }
  return kindNamed(cell.kind).html(cell, write)
}

const highlighters: Readonly<Record<CellLanguage, Highlighter>> = {
  python: pythonHtml,
  sql: escapeHtml,
  markdown: escapeHtml,
  plain: escapeHtml,
}

const codeHtml = (
  { source, result }: Cell,
  name: string,
  highlight: Highlighter,
  outputs: string,
): string => {
  if (source === '' && outputs === '') return ''
  const count = result?.run ? result.run.count : (result?.count ?? null)
  const label = count === null ? '' : `<span class="count">[${count}]</span>`
  const code = `<pre class="source"><code>${highlight(source)}</code></pre>`
  const shown = outputs === '' ? '' : `<div class="outputs">\n${outputs}</div>\n`
  return `<section class="${name}">\n${label}${code}\n${shown}</section>\n`
}
