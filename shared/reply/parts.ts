// What a reply's text is made of. Solveit and the older LLM Notebook write tool calls, token usage and thinking into the
// text itself; they are shown as what they are, and the text stays as it is.

import { isRecord } from '../record.ts'

export type ReplyPart =
  | { readonly type: 'text'; readonly text: string }
  /** Empty: all that is known is that the model thought. */
  | { readonly type: 'thinking'; readonly text: string }
  /** `call` is how it reads, as name(arguments); `result` null where there is none or it is not known. */
  | { readonly type: 'tool'; readonly call: string; readonly result: string | null }
  | { readonly type: 'usage'; readonly text: string }
  | { readonly type: 'interrupted' }

const mayHold =
  /tool-usage-details|token-usage-details|\{\.(?:tool|usage)\}|<!--think_start-->|🧠|\[Response interrupted\]/u
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/
const detailsStart = /^<details class=(?:'|")?(tool|token)-usage-details(?:'|")?>/
const brains = /^🧠+$/u
const [thinkStart, thinkEnd] = ['<!--think_start-->', '<!--think_end-->']
const interrupted = '*[Response interrupted]*'

const summaryTags = ['<summary>', '</summary>'] as const

type Json = { readonly [key: string]: unknown }
const readObject = (text: string): Json | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    // Cut short, or written by hand: then it is shown as it stands.
    return null
  }
}
const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? '')

/** name(a=1, b='x'), from whichever of the forms the call was written in. */
const callOf = (json: Json): string | null => {
  const call = readNested(json['call']) ?? readNested(json['function']) ?? json
  const name = [call['function'], call['name'], json['name']].find((value) => typeof value === 'string')
  if (typeof name !== 'string') return null
  const given = call['arguments'] ?? call['args'] ?? call['input'] ?? {}
  const args = typeof given === 'string' ? readObject(given) : given
  const parts =
    typeof args === 'object' && args !== null
      ? Object.entries(args).map(([key, value]) => `${key}=${shown(value)}`)
      : [shown(given)]
  return `${name}(${parts.join(', ')})`
}
const readNested = (value: unknown): Json | null => (isRecord(value) ? value : null)

const toolPart = (summary: string | null, body: string): ReplyPart => {
  const json = readObject(body)
  const result = shown(json?.['result'] ?? json?.['content'] ?? body.trim())
  const call = summary ?? (json === null ? null : callOf(json)) ?? 'a tool'
  return { type: 'tool', call, result: result === '' ? null : result }
}

const usagePart = (body: string): ReplyPart => {
  const json = readObject(body)
  const text =
    json === null
      ? body
          .replaceAll(/<[^<>]*>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim()
      : Object.entries(json)
          .map(([key, value]) => `${key.replaceAll('_', ' ')} ${shown(value)}`)
          .join(' · ')
  return { type: 'usage', text }
}

/** The body of a details block, its summary and the fence around its JSON taken off. */
const openDetails = (block: string): { readonly summary: string | null; readonly body: string } => {
  const start = block.indexOf(summaryTags[0])
  const end = start < 0 ? -1 : block.indexOf(summaryTags[1], start)
  const hasSummary = end >= 0
  const summary = hasSummary ? block.slice(start + summaryTags[0].length, end).trim() : null
  const inner = hasSummary ? block.slice(0, start) + block.slice(end + summaryTags[1].length) : block
  const lines = inner.trim().split('\n')
  if (!/^(?:`{3}|~{3})/.test(lines[0] ?? '') || lines.length < 2) return { summary, body: inner }
  const isClosed = /^(?:`{3,}|~{3,})$/.test(lines.at(-1)?.trim() ?? '')
  return {
    summary,
    body: lines
      .slice(1, isClosed ? -1 : undefined)
      .join('\n')
      .trimEnd(),
  }
}

/** In the order of the text; linear in its length. What is not finished yet, while it streams, is its part already. */
export const replyParts = (reply: string): readonly ReplyPart[] => {
  if (!mayHold.test(reply)) return reply === '' ? [] : [{ type: 'text', text: reply }]
  const parts: ReplyPart[] = []
  const lines = reply.split('\n')
  const lastLine = lines.findLastIndex((line) => line.trim() !== '')
  let plain: string[] = []
  const push = (part: ReplyPart): void => {
    const text = plain.join('\n')
    if (text.trim() !== '') parts.push({ type: 'text', text })
    plain = []
    parts.push(part)
  }
  /** Lines from `from` up to the one that `isEnd`, or all that are left; and where to go on. */
  const block = (
    from: number,
    isEnd: (line: string) => boolean,
  ): { readonly text: string; readonly next: number } => {
    let end = from
    while (end < lines.length && !isEnd(lines[end] ?? '')) end++
    return { text: lines.slice(from, end).join('\n'), next: end + 1 }
  }
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? ''
    const [, mark = '', info = ''] = fence.exec(line) ?? []
    const details = detailsStart.exec(line)
    if (mark !== '') {
      const { text, next } = block(
        at + 1,
        (other) => other.trim().startsWith(mark) && other.trim().replaceAll(mark[0] ?? '', '') === '',
      )
      if (info.includes('{.tool}')) push(toolPart(null, text))
      else if (info.includes('{.usage}')) push(usagePart(text))
      else for (const inside of lines.slice(at, next)) plain.push(inside)
      at = next
    } else if (details !== null) {
      const rest = line.slice(details[0].length)
      const { text, next } = rest.includes('</details>')
        ? { text: rest.slice(0, rest.indexOf('</details>')), next: at + 1 }
        : block(at + 1, (other) => other.trim() === '</details>')
      const { summary, body } = openDetails(rest.includes('</details>') ? text : `${rest}\n${text}`)
      push(details[1] === 'tool' ? toolPart(summary, body) : usagePart(body))
      at = next
    } else if (line.includes(thinkStart)) {
      const start = line.indexOf(thinkStart)
      if (start > 0) plain.push(line.slice(0, start))
      const first = line.slice(start + thinkStart.length)
      const { text, next } = first.includes(thinkEnd)
        ? { text: '', next: at }
        : block(at + 1, (other) => other.includes(thinkEnd))
      const last = next === at ? first : (lines[next - 1] ?? '')
      const end = last.indexOf(thinkEnd)
      const inLast = end < 0 ? '' : last.slice(0, end)
      const thought = next === at ? inLast : [first, text, inLast].join('\n')
      push({ type: 'thinking', text: thought.trim() })
      // What stands behind it on its last line is a line of its own.
      const rest = end < 0 ? '' : last.slice(end + thinkEnd.length)
      at = next === at ? at : next - 1
      if (rest.trim() === '') at++
      else lines[at] = rest
    } else if (brains.test(line.trim())) {
      push({ type: 'thinking', text: '' })
      at++
    } else if (at === lastLine && line.trim() === interrupted) {
      push({ type: 'interrupted' })
      at = lines.length
    } else {
      plain.push(line)
      at++
    }
  }
  const text = plain.join('\n')
  if (text.trim() !== '') parts.push({ type: 'text', text })
  return parts
}
