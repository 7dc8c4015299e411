// Splits a reply into its parts. Solveit and older versions of LLM Notebook write tool calls, token usage and thinking
// into the text of the reply; they are recognized here for display, and the text is left unchanged.

import { isRecord } from '../record.ts'

export type ReplyPart =
  | { readonly type: 'text'; readonly text: string }
  /** Empty if only known that the model was thinking. */
  | { readonly type: 'thinking'; readonly text: string }
  /** `call` is formatted as name(arguments). `id` and `result` are null if there is none or it is unknown. */
  | {
      readonly type: 'tool'
      readonly id: string | null
      readonly call: string
      readonly result: string | null
    }
  | { readonly type: 'usage'; readonly text: string }
  | { readonly type: 'interrupted' }

const mayHold =
  /tool-usage-details|token-usage-details|\{\.(?:tool|usage)\}|<!--think_start-->|<\/think(?:ing)?>|🧠|\[Response interrupted\]/u
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/
const detailsStart = /^<details class=(?:'|")?(tool|token)-usage-details(?:'|")?>/
const brains = /^🧠+$/u
const [thinkStart, thinkEnd] = ['<!--think_start-->', '<!--think_end-->']
/** Templates of some models put the opening tag into the prompt, so that a reply has only the closing one. */
const thoughtEnd = /^([^`]*)<\/think(?:ing)?>[ \t]*$|^<\/think(?:ing)?>(.*)$/
const interrupted = '*[Response interrupted]*'

const summaryTags = ['<summary>', '</summary>'] as const
const signs: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
const unescaped = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt);/g, (entity) => signs[entity] ?? entity)

type Json = { readonly [key: string]: unknown }
const readObject = (text: string): Json | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    // Truncated or edited by hand: shown as text.
    return null
  }
}
const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? '')

/** Formats a call as name(a=1, b='x'), whichever of the known JSON shapes it has. */
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
  const id = typeof json?.['id'] === 'string' ? json['id'] : null
  return { type: 'tool', id, call, result: result === '' ? null : result }
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

/** Splits a details block into its summary and its body without the fence. */
const openDetails = (block: string): { readonly summary: string | null; readonly body: string } => {
  const start = block.indexOf(summaryTags[0])
  const end = start < 0 ? -1 : block.indexOf(summaryTags[1], start)
  const hasSummary = end >= 0
  const summary = hasSummary ? unescaped(block.slice(start + summaryTags[0].length, end).trim()) : null
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

/** The parts in order, in linear time. While a reply is streaming, an unfinished part already has its type. */
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
  /** The lines from `from` up to the end marker or the end of the text, and the index of the next line. */
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
      // Text after the end marker becomes a line of its own.
      const rest = end < 0 ? '' : last.slice(end + thinkEnd.length)
      at = next === at ? at : next - 1
      if (rest.trim() === '') at++
      else lines[at] = rest
    } else if (thoughtEnd.test(line)) {
      const [, before = '', rest = ''] = thoughtEnd.exec(line) ?? []
      const text = [...plain, before].join('\n').trim()
      plain = rest.trim() === '' ? [] : [rest.trimStart()]
      parts.push({ type: 'thinking', text })
      at++
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
