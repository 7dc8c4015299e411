// A byte-order mark belongs to one file, which keeps it. JSON that is sent, and other files made of it, have none
// (RFC 8259, section 8.1): parsers of other programs fail at it, Jupyter's among them.
import type { Notebook } from '../notebook/notebook.ts'

const mark = '\ufeff'
const markBytes = [0xef, 0xbb, 0xbf]

export const withoutMark = (notebook: Notebook): Notebook => {
  const { bom: _, ...format } = notebook.format
  return { ...notebook, format }
}

export const textWithoutMark = (text: string): string => (text.startsWith(mark) ? text.slice(1) : text)

/** What was sent, with a mark exactly if the notebook's file has one. */
export const marked = ({ format }: Notebook, sent: Uint8Array): Uint8Array => {
  const has = markBytes.every((byte, index) => sent[index] === byte)
  const content = has ? sent.subarray(markBytes.length) : sent
  if (format['bom'] !== true) return content
  const whole = new Uint8Array(markBytes.length + content.length)
  whole.set(markBytes)
  whole.set(content, markBytes.length)
  return whole
}
