import type { FileFormat, Leaf } from '../notebook/notebook.ts'
import type { JsonStyle } from './json-write.ts'
import type { KeyOrder } from './keys.ts'
import type { SourceForm } from './source.ts'
import { readVerbatim, type Verbatim } from './verbatim.ts'

/** How a file formats its JSON. */
export interface TextStyle extends JsonStyle {
  readonly bom: boolean
  readonly newline: '\n' | '\r\n'
  readonly finalNewline: boolean
}

export interface FileStyle extends TextStyle {
  /** Of most cells; deviations are in the cell's `extra`. */
  readonly source: SourceForm
  readonly topKeys?: KeyOrder | undefined
  readonly metaKeys?: KeyOrder | undefined
  readonly cellKeys?: KeyOrder | undefined
  readonly cellMetaKeys?: KeyOrder | undefined
  /** The text around the cells. */
  readonly frame?: Verbatim | undefined
}

/** The style of Jupyter and Solveit. A `FileFormat` only has the differences from it. */
const jupyterStyle: FileStyle = {
  indent: ' ',
  spaced: false,
  ascii: false,
  bom: false,
  newline: '\n',
  finalNewline: true,
  source: 'list',
}

/** Expects a text without byte-order mark and with LF line ends. */
export const styleOf = (text: string, bom: boolean, newline: '\n' | '\r\n'): TextStyle => {
  const indent = /^\s*\{\n([ \t]+)"/.exec(text)?.[1] ?? ''
  return {
    indent,
    spaced: indent === '' && /^\s*\{"[^"\\]*": /.test(text),
    ascii: !/[\u0080-\uffff]/.test(text) && /(?<!\\)(?:\\\\)*\\u(?!00[0-7])/.test(text),
    bom,
    newline,
    finalNewline: text.endsWith('\n'),
  }
}

export const toFormat = (minor: number, style: FileStyle): FileFormat => {
  const kept: Record<string, Leaf> = {}
  for (const [key, value] of Object.entries(style) as [keyof FileStyle, FileStyle[keyof FileStyle]][]) {
    if (value === undefined || value === jupyterStyle[key]) continue
    kept[key] = typeof value === 'object' ? (value as unknown as Leaf) : value
  }
  return { nbformat: 4, minor, ...kept }
}

export const readStyle = (format: FileFormat): FileStyle => {
  const flag = (key: 'spaced' | 'ascii' | 'bom' | 'finalNewline'): boolean =>
    typeof format[key] === 'boolean' ? format[key] : jupyterStyle[key]
  return {
    indent:
      typeof format.indent === 'string' && /^[ \t]*$/.test(format.indent)
        ? format.indent
        : jupyterStyle.indent,
    spaced: flag('spaced'),
    ascii: flag('ascii'),
    bom: flag('bom'),
    finalNewline: flag('finalNewline'),
    newline: format.newline === '\r\n' ? '\r\n' : '\n',
    source: format.source === 'string' ? 'string' : 'list',
    topKeys: readKeys(format.topKeys),
    metaKeys: readKeys(format.metaKeys),
    cellKeys: readKeys(format.cellKeys),
    cellMetaKeys: readKeys(format.cellMetaKeys),
    frame: readVerbatim(format.frame) ?? undefined,
  }
}

export const readKeys = (leaf: Leaf | undefined): KeyOrder | undefined =>
  Array.isArray(leaf) && leaf.every((key) => typeof key === 'string') ? leaf : undefined
