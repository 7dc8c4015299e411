// The text that a model was asked to answer with and nothing else, found in what it answered: with a fence around it, with
// words before and after the fence, with another indentation.

/** What the answer replaces. */
export interface Replaced {
  readonly text: string
  /** The beginning of its first line, before it. */
  readonly lead: string
  readonly isCode: boolean
}

/** `place`: null for all of the source. */
export const replacedIn = (
  source: string,
  place: { readonly from: number; readonly to: number } | null,
  isCode: boolean,
): Replaced => {
  const from = place?.from ?? 0
  return {
    text: source.slice(from, place?.to),
    lead: source.slice(source.lastIndexOf('\n', from - 1) + 1, from),
    isCode,
  }
}

interface Block {
  /** Its first and last line, without the fences. */
  readonly from: number
  readonly to: number
}

const fenceOf = (line: string): { readonly mark: string; readonly info: string } | null => {
  const [opening = '', mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
  const info = line.slice(opening.length).trim()
  return mark === undefined || info.includes('`') ? null : { mark, info }
}

const closes = (line: string, opening: string): boolean => {
  const fence = fenceOf(line)
  return fence !== null && fence.info === '' && fence.mark.startsWith(opening)
}

/** The last one may still be open. */
const blocksIn = (lines: readonly string[]): readonly Block[] => {
  const blocks: Block[] = []
  let open: { readonly from: number; readonly mark: string } | null = null
  lines.forEach((line, at) => {
    if (open === null) {
      const fence = fenceOf(line)
      if (fence !== null) open = { from: at + 1, mark: fence.mark }
    } else if (closes(line, open.mark)) {
      blocks.push({ from: open.from, to: at })
      open = null
    }
  })
  if (open !== null) blocks.push({ from: (open as { readonly from: number }).from, to: lines.length })
  return blocks
}

/** A fence around all of a prose text, which may have fences itself; null if there is none. */
const around = (lines: readonly string[]): Block | null => {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  const fence = fenceOf(lines[first] ?? '')
  if (fence === null || last <= first || !closes(lines[last] ?? '', fence.mark)) return null
  let depth = 0
  for (const line of lines.slice(first + 1, last)) {
    if (fenceOf(line)?.mark.startsWith(fence.mark) !== true) continue
    depth += closes(line, fence.mark) ? -1 : 1
    // The first fence ends here: it was around a part.
    if (depth < 0) return null
  }
  return depth === 0 ? { from: first + 1, to: last } : null
}

const inside = (lines: readonly string[], { from, to }: Block): string => lines.slice(from, to).join('\n')

/** Without a fence around all of it. */
export const withoutFence = (text: string): string => {
  const lines = text.split('\n')
  const whole = around(lines)
  return whole === null ? text : inside(lines, whole)
}

const unfenced = (answer: string, { text, isCode }: Replaced): string => {
  const own = text.split('\n').some((line) => fenceOf(line) !== null)
  if (!isCode || own)
    return fenceOf(text.trimStart().split('\n', 1)[0] ?? '') === null ? withoutFence(answer) : answer
  const lines = answer.split('\n')
  const parts = blocksIn(lines)
    .map((block) => inside(lines, block))
    .filter((part) => part !== '')
  if (parts.length === 0) return answer
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest))
}

const indentOf = (lines: readonly string[]): string =>
  lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)?.[0] ?? '')
    .reduce<string | null>(
      (least, each) => (least === null || each.length < least.length ? each : least),
      null,
    ) ?? ''

/** With the indentation of what it replaces, which models leave out of a part. */
const indented = (answer: string, { text, lead }: Replaced): string => {
  const lines = answer.split('\n')
  const shift = (by: string, first: number): string =>
    lines.map((line, at) => (at < first || line.trim() === '' ? line : by + line)).join('\n')
  if (lead === '') {
    const before = indentOf(text.split('\n'))
    // Unless nothing else has changed, so that this was the wish.
    const isWish = text.trimEnd() === shift(before, 0)
    return indentOf(lines) === '' && !isWish ? shift(before, 0) : answer
  }
  // The first line goes on where the part begins.
  const rest = lines.slice(1)
  return /\S/.test(lead) || indentOf(rest).length >= lead.length ? answer : shift(lead, 1)
}

export const answeredText = (answer: string, replaced: Replaced): string => {
  const found = unfenced(answer, replaced)
  // Models add a line break at the end, or leave one out.
  const trimmed = found.replace(/(?<!\n)\n+$/, '')
  const text = replaced.isCode ? indented(trimmed, replaced) : trimmed
  return replaced.text.endsWith('\n') ? `${text}\n` : text
}
