// A tool call as part of a reply's text, in Solveit's form; parts.ts reads it.
import type { Leaf } from '../notebook/notebook.ts'
import { isRecord } from '../record.ts'

const summaryLength = 160
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const shown = (value: Leaf): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))

/** `name(a=1, b='x')` on one line, possibly truncated. */
export const callTitle = (name: string, input: Leaf): string => {
  const args = isRecord(input)
    ? Object.entries(input).map(([key, value]) => `${key}=${shown(value)}`)
    : [JSON.stringify(input)]
  const title = `${name}(${args.join(', ')})`.replaceAll(/\s+/g, ' ')
  return title.length > summaryLength ? `${title.slice(0, summaryLength)}…)` : title
}

export interface EndedCall {
  readonly id: string
  readonly name: string
  readonly input: Leaf
  readonly text: string
}

export const callText = ({ id, name, input, text }: EndedCall): string => {
  const summary = callTitle(name, input).replaceAll(/[&<>]/g, (sign) => entities[sign] ?? sign)
  const json = JSON.stringify({ id, call: { function: name, arguments: input }, result: text }, null, 2)
  return `<details class='tool-usage-details'>\n<summary>${summary}</summary>\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>`
}
