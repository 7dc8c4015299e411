// A prompt cell in a file is one markdown text: the question, a separator, the reply. Solveit and older versions of LLM
// Notebook use the same separator with different hex digits; the oldest Solveit wrote it without robot emojis.

import { splitReceipt, withReceipt, type Receipt } from '../receipt.ts'

/** How the separator differs from the one Solveit writes. */
export interface PromptForm {
  readonly hex?: string
  readonly robots?: false
  /** Line breaks before and after the separator, at most two; more belong to the question or the reply. */
  readonly before?: string
  readonly after?: string
  /** The cell had the separator but no `solveit_ai` flag. */
  readonly flag?: false
}

export interface PromptText {
  readonly source: string
  /** Null without a separator. */
  readonly reply: string | null
  readonly receipt?: Receipt
  readonly form: PromptForm
}

const solveitHex = '7f3a9b2c'
const gap = '\n\n'
const separator = /(\n{0,2})##### (?:(🤖)Reply🤖|Reply)<!-- SOLVEIT_SEPARATOR_([0-9a-fA-F]{8}) -->(\n{0,2})/u
const quoted = /(##### (?:🤖Reply🤖|Reply)<!-- ~*)~(?=SOLVEIT_SEPARATOR_[0-9a-fA-F]{8} -->)/gu
const unquoted = /(##### (?:🤖Reply🤖|Reply)<!-- ~*)(?=SOLVEIT_SEPARATOR_[0-9a-fA-F]{8} -->)/gu

export const hasSeparator = (markdown: string): boolean =>
  markdown.includes('SOLVEIT_SEPARATOR_') && separator.test(markdown)

/** Escapes separators within a text by one more `~`, so that neither this app nor Solveit splits there. */
export const quoteSeparators = (text: string): string => text.replace(unquoted, '$1~')
export const unquoteSeparators = (text: string): string => text.replace(quoted, '$1')

export const splitPrompt = (markdown: string): PromptText => {
  const found = separator.exec(markdown)
  if (!found) return { source: unquoteSeparators(markdown), reply: null, form: {} }
  const [whole, before = '', robot, hex = solveitHex, after = ''] = found
  return {
    source: unquoteSeparators(markdown.slice(0, found.index)),
    ...splitReceipt(unquoteSeparators(markdown.slice(found.index + whole.length))),
    form: {
      ...(hex === solveitHex ? {} : { hex }),
      ...(robot ? {} : { robots: false }),
      ...(before === gap ? {} : { before }),
      ...(after === gap ? {} : { after }),
    },
  }
}

export const joinPrompt = ({ source, reply, receipt, form }: PromptText): string => {
  if (reply === null) return quoteSeparators(source)
  const title = form.robots === false ? 'Reply' : '🤖Reply🤖'
  const line = `##### ${title}<!-- SOLVEIT_SEPARATOR_${form.hex ?? solveitHex} -->`
  return (
    quoteSeparators(source) +
    (form.before ?? gap) +
    line +
    (form.after ?? gap) +
    quoteSeparators(withReceipt(reply, receipt))
  )
}

/** Key in the cell metadata that marks a prompt. */
export const promptFlag = 'solveit_ai'
/** Key in the cell metadata for {thinking?, calls?}, which Solveit's format does not have. */
export const replyKey = 'llm_notebook'
