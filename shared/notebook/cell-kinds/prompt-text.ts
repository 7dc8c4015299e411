// A prompt cell in a file: one markdown text, the question, a separator, the reply. Solveit and the older LLM
// Notebook write the same form with another number; the oldest Solveit wrote no robots.

/** How this prompt's separator was written, where it is not as Solveit writes it. Absent: the usual form. */
export interface PromptForm {
  readonly hex?: string
  readonly robots?: false
  /** Line breaks before and after the separator, at most two each: more belong to the texts. */
  readonly before?: string
  readonly after?: string
  /** The cell had no `solveit_ai`, only the separator. */
  readonly flag?: false
}

export interface PromptText {
  readonly source: string
  /** null: no separator. */
  readonly reply: string | null
  readonly form: PromptForm
}

const solveitHex = '7f3a9b2c'
const gap = '\n\n'
const separator = /(\n{0,2})##### (?:(🤖)Reply🤖|Reply)<!-- SOLVEIT_SEPARATOR_([0-9a-fA-F]{8}) -->(\n{0,2})/u
const quoted = /(##### (?:🤖Reply🤖|Reply)<!-- ~*)~(?=SOLVEIT_SEPARATOR_[0-9a-fA-F]{8} -->)/gu
const unquoted = /(##### (?:🤖Reply🤖|Reply)<!-- ~*)(?=SOLVEIT_SEPARATOR_[0-9a-fA-F]{8} -->)/gu

export const hasSeparator = (markdown: string): boolean =>
  markdown.includes('SOLVEIT_SEPARATOR_') && separator.test(markdown)

/**
 * A separator that belongs to the text itself gets a `~` before its name, one more each time it is written; so it
 * ends no prompt, here or in Solveit, and comes back as it was.
 */
export const quoteSeparators = (text: string): string => text.replace(unquoted, '$1~')
export const unquoteSeparators = (text: string): string => text.replace(quoted, '$1')

/** Splits at the first separator. */
export function splitPrompt(markdown: string): PromptText {
  const found = separator.exec(markdown)
  if (!found) return { source: unquoteSeparators(markdown), reply: null, form: {} }
  const [whole, before = '', robot, hex = solveitHex, after = ''] = found
  return {
    source: unquoteSeparators(markdown.slice(0, found.index)),
    reply: unquoteSeparators(markdown.slice(found.index + whole.length)),
    form: {
      ...(hex === solveitHex ? {} : { hex }),
      ...(robot ? {} : { robots: false }),
      ...(before === gap ? {} : { before }),
      ...(after === gap ? {} : { after }),
    },
  }
}

export function joinPrompt({ source, reply, form }: PromptText): string {
  if (reply === null) return quoteSeparators(source)
  const title = form.robots === false ? 'Reply' : '🤖Reply🤖'
  const line = `##### ${title}<!-- SOLVEIT_SEPARATOR_${form.hex ?? solveitHex} -->`
  return quoteSeparators(source) + (form.before ?? gap) + line + (form.after ?? gap) + quoteSeparators(reply)
}

/** Cell metadata: this cell is a prompt. */
export const promptFlag = 'solveit_ai'
/** Cell metadata {thinking?, calls?}: what a model did beside its reply, which has no place in Solveit's form. */
export const replyKey = 'llm_notebook'
