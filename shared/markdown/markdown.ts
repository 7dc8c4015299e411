// Markdown of notes, replies and outputs, for the page and for exported files, like Jupyter's and GitHub's.
import markdownIt, { type MarkdownIt, type Token } from 'markdown-it'
import footnotes from 'markdown-it-footnote'
import { calloutRules } from './callouts.ts'
import { formulaRules } from './formulas.ts'
import { tagRules } from './html-tags.ts'
import { notebookLinkRules } from './notebook-links.ts'

/** Images become `<span data-image>` and fences `<pre data-language>`. The caller renders them and checks link URLs. */
export const newMarkdown = (): MarkdownIt => {
  const made = markdownIt({ html: true, linkify: true })
  made.linkify.set({ fuzzyLink: false, fuzzyIP: false })
  // Like GitHub, links an address without http:// only if it begins with www: setup.py is a file.
  made.linkify.add('www.', {
    validate: (text, at) =>
      /^(?:[\w-]+\.)+[a-z]{2,}(?:[/?#:][^\s<>"|]*)?/i
        .exec(text.slice(at, at + 2_000))?.[0]
        .replace(/[).,;:!?*_~'\]]+$/, '').length ?? 0,
    normalize: (match) => {
      match.url = `https://${match.url}`
    },
  })
  // Callers check URLs.
  made.validateLink = () => true
  const { escapeHtml } = made.utils
  made.renderer.rules['image'] = (tokens, index) => {
    const token = tokens[index]
    const data = (token?.attrs ?? []).map(([name, value]) =>
      name === 'src' || name === 'alt' ? '' : ` data-${name}="${escapeHtml(String(value))}"`,
    )
    const url = escapeHtml(String(token?.attrGet('src') ?? ''))
    return `<span data-image="${url}"${data.join('')}>${escapeHtml(token?.content ?? '')}</span>`
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
  made.use(footnotes)
  made.use(calloutRules)
  made.use(notebookLinkRules)
  made.use(tagRules)
  made.use(formulaRules)
  return made
}

/** The language of a fence, as in ```` ```js ```` or ```` ```{r} ````. */
const languageIn = (info: string): string => /^\{?\.?([\w+#.-]+)/.exec(info.trim())?.[1] ?? ''

/** By how much the token changes the nesting depth, including HTML tags in its content. */
export const depthChange = ({ nesting, children }: Token): number =>
  (children ?? []).reduce<number>((sum, child) => sum + child.nesting, nesting)

/** Marks list items that start with `[ ]` or `[x]` as tasks, like GitHub. */
const markTask = (token: Token, item: Token | undefined): void => {
  const first = token.children?.[0]
  const box = token.type === 'inline' && item?.type === 'list_item_open' && first?.type === 'text'
  const mark = box ? /^\[([ xX])\] /.exec(first.content) : null
  if (!first || !item || !mark) return
  first.content = first.content.slice(mark[0].length)
  item.attrJoin('class', mark[1] === ' ' ? 'nb-task' : 'nb-task nb-done')
}
