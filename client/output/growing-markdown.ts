// The blocks of a text that grows at its end, as a reply does: only its last block is parsed anew. What is written later can
// still change earlier blocks (a link's address, a footnote, the end of a formula), so `all` parses everything.
import { lineStart } from '../../shared/notebook/lines.ts'
import { markdownBlocks, type MarkdownBlock } from './markdown.ts'

export class GrowingMarkdown {
  private text = ''
  private blocks: readonly MarkdownBlock[] = []
  /** Some blocks were parsed when the text was shorter. */
  isPartial = false

  /** `scope`: see markdownBlocks. */
  constructor(private readonly scope: string) {}

  take(text: string): readonly MarkdownBlock[] {
    const last = this.blocks.at(-1)
    if (text === this.text) return this.blocks
    if (last === undefined || last.isReferring || !text.startsWith(this.text)) return this.all(text)
    const tail = markdownBlocks(text.slice(lineStart(text, last.line)), this.scope, last.line)
    if (tail.some(({ isReferring }) => isReferring)) return this.all(text)
    this.isPartial = true
    this.text = text
    return (this.blocks = [...this.blocks.slice(0, -1), ...tail])
  }

  all(text: string): readonly MarkdownBlock[] {
    this.isPartial = false
    this.text = text
    return (this.blocks = markdownBlocks(text, this.scope))
  }
}
