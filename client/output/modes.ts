// Languages for read-only code, each loaded on demand.
import { markdownLanguage } from '@codemirror/lang-markdown'
import { pythonLanguage } from '@codemirror/lang-python'
import { StreamLanguage, type StreamParser } from '@codemirror/language'
import type { Parser } from '@lezer/common'
import { classHighlighter, highlightCode, tags } from '@lezer/highlight'

type Load = () => Promise<StreamParser<unknown>>
const script: Load = async () => (await import('@codemirror/legacy-modes/mode/javascript')).javascript
const typed: Load = async () => (await import('@codemirror/legacy-modes/mode/javascript')).typescript
const json: Load = async () => (await import('@codemirror/legacy-modes/mode/javascript')).json
const r: Load = async () => (await import('@codemirror/legacy-modes/mode/r')).r
const sql: Load = async () => (await import('@codemirror/legacy-modes/mode/sql')).standardSQL
const shell: Load = async () => (await import('@codemirror/legacy-modes/mode/shell')).shell
const yaml: Load = async () => (await import('@codemirror/legacy-modes/mode/yaml')).yaml
const toml: Load = async () => (await import('@codemirror/legacy-modes/mode/toml')).toml
const xml: Load = async () => (await import('@codemirror/legacy-modes/mode/xml')).html
const css: Load = async () => (await import('@codemirror/legacy-modes/mode/css')).css
const c: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).cpp
const java: Load = async () => (await import('@codemirror/legacy-modes/mode/clike')).java
const julia: Load = async () => (await import('@codemirror/legacy-modes/mode/julia')).julia
const rust: Load = async () => (await import('@codemirror/legacy-modes/mode/rust')).rust
const go: Load = async () => (await import('@codemirror/legacy-modes/mode/go')).go
const diff: Load = async () => (await import('@codemirror/legacy-modes/mode/diff')).diff
const tex: Load = async () => (await import('@codemirror/legacy-modes/mode/stex')).stex
const docker: Load = async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile

const modes: Readonly<Record<string, Load>> = {
  js: script,
  javascript: script,
  jsx: script,
  mjs: script,
  ts: typed,
  typescript: typed,
  tsx: typed,
  json,
  jsonc: json,
  r,
  sql,
  bash: shell,
  sh: shell,
  shell,
  zsh: shell,
  console: shell,
  yaml,
  yml: yaml,
  toml,
  html: xml,
  xml,
  svg: xml,
  css,
  c,
  cpp: c,
  'c++': c,
  java,
  julia,
  rust,
  rs: rust,
  go,
  diff,
  patch: diff,
  tex,
  latex: tex,
  dockerfile: docker,
}

/** The editor's own languages. */
const editorParsers: Readonly<Record<string, Parser>> = {
  py: pythonLanguage.parser,
  python: pythonLanguage.parser,
  python3: pythonLanguage.parser,
  ipython: pythonLanguage.parser,
  ipython3: pythonLanguage.parser,
  pycon: pythonLanguage.parser,
  md: markdownLanguage.parser,
  markdown: markdownLanguage.parser,
}

const parsers = new Map<Load, Promise<Parser>>()

/** Null if the language is unknown. */
const parserOf = async (language: string): Promise<Parser | null> => {
  if (Object.hasOwn(editorParsers, language)) return editorParsers[language] ?? null
  const load = Object.hasOwn(modes, language) ? modes[language] : undefined
  if (load === undefined) return null
  const known = parsers.get(load)
  if (known) return known
  const loading = load().then(
    (mode) =>
      StreamLanguage.define({ ...mode, tokenTable: { property: tags.propertyName, ...mode.tokenTable } })
        .parser,
  )
  parsers.set(load, loading)
  loading.catch(() => parsers.delete(load))
  return loading
}

/** The code with elements for its colours; null if the language is unknown. */
export const highlighted = async (code: string, language: string): Promise<DocumentFragment | null> => {
  const parser = await parserOf(language)
  if (parser === null) return null
  const fragment = document.createDocumentFragment()
  const put = (text: string, classes: string): void => {
    if (!classes) return fragment.append(text)
    const span = document.createElement('span')
    span.className = classes
    span.textContent = text
    fragment.append(span)
  }
  highlightCode(code, parser.parse(code), classHighlighter, put, () => fragment.append('\n'))
  return fragment
}
