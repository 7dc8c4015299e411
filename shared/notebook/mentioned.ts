// References of prompts and notes to the kernel of the person who runs the prompt: $`expr` is a live value, &`f` and
// &`[f, g]` are functions for the model to call. Not in code blocks or double backticks.

export interface Mentioned {
  /** Python expressions. */
  readonly values: readonly string[]
  readonly functions: readonly string[]
}

const withoutFences = (markdown: string): string => {
  let fence: string | null = null
  return markdown
    .split('\n')
    .map((line) => {
      const [, mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
      if (fence === null) {
        if (mark === '') return line
        fence = mark
      } else if (mark.startsWith(fence) && line.trim() === mark) fence = null
      return ''
    })
    .join('\n')
}

const codeSpan = /(?<!`)(`+)(?!`)((?:(?!\n\s*\n)[^])*?)(?<!`)\1(?!`)/g

/** In order, without duplicates. With a dollar on both sides it is a formula; a backslash before it escapes it. */
export const mentionedIn = (markdown: string): Mentioned => {
  const text = withoutFences(markdown)
  const [values, functions] = [new Set<string>(), new Set<string>()]
  for (const { 1: ticks, 2: inner = '', 0: whole, index } of text.matchAll(codeSpan)) {
    const sign = text.charAt(index - 1)
    const code = inner.trim()
    if (ticks !== '`' || code === '' || text.charAt(index - 2) === '\\') continue
    if (sign === '$' && text.charAt(index + whole.length) !== '$') values.add(code)
    if (sign === '&')
      for (const name of code.replace(/^\[(.*)\]$/s, '$1').split(','))
        if (name.trim() !== '') functions.add(name.trim())
  }
  return { values: [...values], functions: [...functions] }
}
