// Outputs parsed from the document. Files and other people's browsers write outputs, so nothing here trusts their
// shape, and nothing throws: an unknown shape is shown as its JSON.

import { readBlobRef } from './blob.ts'
import type { Leaf, Output } from '../notebook.ts'
import { overwrite, stripAnsi } from './terminal.ts'
import { isRecord } from '../../record.ts'

/** Values by MIME type: text (base64 for images) as one string, `application/json` and `…+json` as plain JSON. */
export type MimeBundle = { readonly [mime: string]: Leaf }

export type ShownOutput =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'rich'
      readonly data: MimeBundle
      readonly metadata: MimeBundle
      readonly count: number | null
    }
  | { readonly type: 'error'; readonly ename: string; readonly evalue: string; readonly traceback: string }
  | { readonly type: 'unknown'; readonly json: string }

/** Adjacent outputs of one stream count as one: how a program's text was split has no meaning. */
export const shownOutputs = (outputs: readonly Output[]): ShownOutput[] => {
  const shown: ShownOutput[] = []
  let chunks: string[] = []
  for (const next of outputs.map(shownOutput)) {
    const last = shown.at(-1)
    if (next.type === 'stream' && last?.type === 'stream' && next.name === last.name) {
      if (chunks.length === 0) chunks = [last.text]
      chunks.push(next.text)
      continue
    }
    join(shown, chunks)
    chunks = []
    shown.push(next)
  }
  join(shown, chunks)
  return shown
}

const join = (shown: ShownOutput[], chunks: readonly string[]): void => {
  const last = shown.at(-1)
  if (last?.type === 'stream' && chunks.length > 0)
    shown[shown.length - 1] = { ...last, text: chunks.join('') }
}

const shownOutput = (output: Output): ShownOutput => {
  return output.live
    ? { type: 'stream', name: output.stream.name, text: output.stream.text }
    : shownLeaf(output.leaf)
}

/**
 * Reads nbformat's object form (v4);
 * https://nbformat.readthedocs.io/en/latest/format_description.html#code-cell-outputs
 */
export const shownLeaf = (leaf: Leaf): ShownOutput => {
  const json = plainJson(leaf)
  const unknown: ShownOutput = { type: 'unknown', json: JSON.stringify(json, null, 2) }
  if (!isRecord(json)) return unknown
  const kind = json['output_type']
  switch (typeof kind === 'string' ? kind : '') {
    case 'stream': {
      const text = joined(json['text'])
      return text === null
        ? unknown
        : { type: 'stream', name: json['name'] === 'stderr' ? 'stderr' : 'stdout', text }
    }
    case 'display_data':
    case 'execute_result': {
      if (!isRecord(json['data'])) return unknown
      const count = json['execution_count']
      return {
        type: 'rich',
        data: mimeBundle(json['data']),
        metadata: isRecord(json['metadata']) ? json['metadata'] : {},
        count: typeof count === 'number' ? count : null,
      }
    }
    case 'error': {
      const ename = joined(json['ename']) ?? 'Error'
      const evalue = joined(json['evalue']) ?? ''
      const lines = json['traceback']
      const traceback = Array.isArray(lines)
        ? lines.filter((line) => typeof line === 'string').join('\n')
        : joined(lines)
      return {
        type: 'error',
        ename,
        evalue,
        traceback: traceback || (evalue ? `${ename}: ${evalue}` : ename),
      }
    }
    default:
      return unknown
  }
}

/** The output of a `display()`, in nbformat. */
export const displayLeaf = (data: MimeBundle, metadata: MimeBundle = {}): Leaf => {
  return { output_type: 'display_data', data: inLines(data), metadata }
}

/** The output of a cell's last expression; `count` is the n of Out[n]. */
export const resultLeaf = (count: number | null, data: MimeBundle, metadata: MimeBundle = {}): Leaf => {
  return { output_type: 'execute_result', execution_count: count, data: inLines(data), metadata }
}

export const errorLeaf = (ename: string, evalue: string, traceback: readonly string[]): Leaf => {
  return { output_type: 'error', ename, evalue, traceback }
}

/** An output for a model: text rather than markup, without terminal codes. */
export const plainText = (output: ShownOutput): string => {
  switch (output.type) {
    case 'stream':
      return stripAnsi(overwrite(output.text))
    case 'error':
      return stripAnsi(output.traceback)
    case 'unknown':
      return output.json
    case 'rich':
      for (const mime of ['text/plain', 'text/markdown', 'text/latex', 'application/json', 'text/html']) {
        const value = output.data[mime]
        if (readBlobRef(value) !== null) continue
        if (typeof value === 'string') return stripAnsi(value)
        if (value !== undefined) return JSON.stringify(value)
      }
      return Object.keys(output.data)
        .map((mime) => `[${mime}]`)
        .join(' ')
    default:
      return output satisfies never
  }
}

/** The JSON of a leaf; `{$json: text}` with invalid JSON (NaN, a truncated file) is read as the text. */
export const plainJson = (leaf: Leaf): Leaf => {
  if (Array.isArray(leaf)) return leaf.map(plainJson)
  if (!isRecord(leaf)) return leaf
  const entries = Object.entries(leaf)
  const [first] = entries
  if (entries.length === 1 && first?.[0] === '$json' && typeof first[1] === 'string') return parsed(first[1])
  // fromEntries defines own keys, so that `__proto__` stays a key.
  return Object.fromEntries(entries.map(([key, value]) => [key, plainJson(value)]))
}

const parsed = (text: string): Leaf => {
  try {
    return JSON.parse(text) as Leaf
  } catch {
    return text
  }
}

/** A bundle in nbformat, with each text in one piece. */
export const mimeBundle = (data: { readonly [mime: string]: Leaf }): MimeBundle => {
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => [mime, isJsonMime(mime) ? value : (joined(value) ?? value)]),
  )
}

export const isJsonMime = (mime: string): boolean => mime === 'application/json' || mime.endsWith('+json')

/** Text as a list of lines, as Jupyter writes it: a diff of the file shows only changed lines. */
const inLines = (data: MimeBundle): MimeBundle =>
  Object.fromEntries(
    Object.entries(data).map(([mime, value]) => {
      const lines = typeof value === 'string' && isTextMime(mime) ? value.match(/[^\n]*\n|[^\n]+$/g) : null
      return [mime, lines ?? value]
    }),
  )

const isTextMime = (mime: string): boolean =>
  (mime.startsWith('text/') && !isJsonMime(mime)) ||
  mime === 'image/svg+xml' ||
  mime === 'application/javascript'

/** nbformat's multiline string: a string, or a list of lines with their line ends. */
const joined = (value: Leaf | undefined): string | null => {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('')
  return null
}
