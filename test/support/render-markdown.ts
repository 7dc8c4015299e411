import { markdownBlocks, type MarkdownOptions } from '../../client/output/markdown.ts'

/** All blocks of a text, as a cell shows them. Formulas are left as TeX. */
export const renderMarkdown = (text: string, options: MarkdownOptions = {}): DocumentFragment => {
  const fragment = document.createDocumentFragment()
  for (const block of markdownBlocks(text)) fragment.append(block.render(options))
  return fragment
}
