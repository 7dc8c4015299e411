// The notebooks a note links to, as `[[name]]` or as a Markdown link.
import markdownIt from 'markdown-it'
import { encodePath } from '../../shared/api/route.ts'
import { notebookLinkRules } from '../../shared/markdown/notebook-links.ts'
import { ending } from '../files/path.ts'
import { decoded } from '../http/decoded.ts'

const markdown = markdownIt().use(notebookLinkRules)

/** Links are relative to the page of a notebook. */
const page = 'http://relay/notebook/'

const targetOf = (href: string, from: string): string | null => {
  const base = page + encodePath(from)
  if (!URL.canParse(href, base)) return null
  const { origin, pathname } = new URL(href, base)
  const prefix = new URL(page).pathname
  if (origin !== new URL(page).origin || !pathname.startsWith(prefix) || !pathname.endsWith(ending))
    return null
  return decoded(pathname.slice(prefix.length))
}

/** Paths of the notebooks that `text`, a note of the notebook at `from`, links to. */
export const linksIn = (text: string, from: string): readonly string[] => {
  if (!text.includes('[[') && !text.includes(ending)) return []
  const found = new Set<string>()
  for (const { children } of markdown.parse(text, {}))
    for (const token of children ?? []) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      const target = typeof href === 'string' ? targetOf(href, from) : null
      if (target !== null) found.add(target)
    }
  return [...found]
}
