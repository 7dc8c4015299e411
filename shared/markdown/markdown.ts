// The Markdown of notes, replies and outputs, for the page and for exported files, as Jupyter and GitHub have it.
import markdownIt, { type MarkdownIt, type Token } from 'markdown-it'
import { formulaRules } from './formulas.ts'
import { tagRules } from './html-tags.ts'

/**
 * Images become `<span data-image>` and fences `<pre data-language>`: whoever shows them decides what they become, and
 * which addresses a link may have.
 */
export function newMarkdown(): MarkdownIt {
  const made = markdownIt({ html: true, linkify: true })
  made.linkify.set({ fuzzyLink: false, fuzzyIP: false })
  // What an address may be is decided by who shows it, in one place.
  made.validateLink = () => true
  const { escapeHtml } = made.utils
  made.renderer.rules['image'] = (tokens, index) => {
    const token = tokens[index]
    const said = (token?.attrs ?? []).map(([name, value]) =>
      name === 'src' || name === 'alt' ? '' : ` data-${name}="${escapeHtml(String(value))}"`,
    )
    const address = escapeHtml(String(token?.attrGet('src') ?? ''))
    return `<span data-image="${address}"${said.join('')}>${escapeHtml(token?.content ?? '')}</span>`
  }
  made.renderer.rules['fence'] = (tokens, index) => {
    const token = tokens[index]
    const language = languageIn(token?.info ?? '')
    return `<pre class="nb-code" data-language="${language}"><code>${escapeHtml(token?.content ?? '')}</code></pre>\n`
  }
  made.renderer.rules['table_open'] = () => '<div class="nb-table" tabindex="0"><table>\n'
  made.renderer.rules['table_close'] = () => '</table></div>\n'
  made.core.ruler.push('tasks-and-columns', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      markTask(token, tokens[index - 2])
      const aligned = /^text-align:(left|center|right)$/.exec(String(token.attrGet('style') ?? ''))
      if (aligned) token.attrs = [['class', `nb-${aligned[1] ?? ''}`]]
    }
  })
  made.use(tagRules)
  made.use(formulaRules)
  return made
}

/** Of a fence, as in ```` ```js ```` or, as some write it, ```` ```{r} ````. */
const languageIn = (info: string): string => /^\{?\.?([\w+#.-]+)/.exec(info.trim())?.[1] ?? ''

/** How many tags of a piece stay open, those that the text wrote itself included. */
export const depthOf = ({ nesting, children }: Token): number =>
  (children ?? []).reduce<number>((sum, child) => sum + child.nesting, nesting)

/** `[ ]` and `[x]` at the start of a list item, as GitHub has them. */
function markTask(token: Token, item: Token | undefined): void {
  const first = token.children?.[0]
  const box = token.type === 'inline' && item?.type === 'list_item_open' && first?.type === 'text'
  const mark = box ? /^\[([ xX])\] /.exec(first.content) : null
  if (!first || !item || !mark) return
  first.content = first.content.slice(mark[0].length)
  item.attrJoin('class', mark[1] === ' ' ? 'nb-task' : 'nb-task nb-done')
}
