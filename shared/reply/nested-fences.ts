// Models that show a Markdown text in a fence write the fences within it with as many backticks, where the first end of
// one would end all. For showing it, the outer fence gets one more than any within it.

interface Outer {
  /** The lines of the fences. */
  readonly from: number
  to: number | null
  /** Fences within it that are open. */
  depth: number
  hasInner: boolean
}

const backticks = /^ {0,3}(`{3,})([^`]*)$/
const isMarkdown = /^(?:markdown|md|mdx)$/i

/** `grows`: what is not closed yet may be later. */
export const withNestedFences = (text: string, grows: boolean): string => {
  if (!/^ {0,3}`{3,}(?:markdown|md)/im.test(text)) return text
  const lines = text.split('\n')
  const marks = lines.map((line) => {
    const [, mark, info = ''] = backticks.exec(line) ?? []
    return mark === undefined ? null : { mark, info: info.trim() }
  })
  const outers: Outer[] = []
  let open: Outer | null = null
  /** The fence of other code, within which there is none. */
  let code: string | null = null
  for (const [at, fence] of marks.entries()) {
    if (fence === null) continue
    const { mark, info } = fence
    if (code !== null) {
      if (info === '' && mark.startsWith(code)) code = null
    } else if (open === null) {
      if (mark.length === 3 && isMarkdown.test(info)) {
        open = { from: at, to: null, depth: 0, hasInner: false }
        outers.push(open)
      } else code = mark
    } else if (info !== '') {
      open.depth++
      open.hasInner = true
    } else if (open.depth > 0) open.depth--
    else {
      open.to = at
      open = null
    }
  }
  const longest = marks.reduce((most, fence) => Math.max(most, fence?.mark.length ?? 0), 0)
  for (const { from, to, hasInner } of outers) {
    if (!hasInner || (to === null && !grows)) continue
    for (const at of to === null ? [from] : [from, to])
      lines[at] = lines[at]?.replace(/`{3,}/, '`'.repeat(longest + 1)) ?? ''
  }
  return lines.join('\n')
}
