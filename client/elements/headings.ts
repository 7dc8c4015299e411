// The heading a link in a note refers to: `#two-words`, by Jupyter's anchor rule or GitHub's.
import { anchorPrefix } from '../../shared/markdown/html-tags.ts'

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\s-]/gu, '')
    .replace(/\s+/g, '-')

const decoded = (fragment: string): string => {
  try {
    return decodeURIComponent(fragment)
  } catch (error) {
    if (error instanceof URIError) return fragment
    throw error
  }
}

/** `hash` begins with #; null if no note has such an anchor or heading. */
export const headingOf = (hash: string): HTMLElement | null => {
  const wanted = plain(decoded(hash.slice(1)))
  if (wanted === '') return null
  const anchor = document.querySelector<HTMLElement>(
    `nb-cell nb-markdown [id="${CSS.escape(anchorPrefix + decoded(hash.slice(1)))}"]`,
  )
  if (anchor !== null) return anchor
  const headings = document.querySelectorAll<HTMLElement>('nb-cell nb-markdown :is(h1, h2, h3, h4, h5, h6)')
  return [...headings].find((heading) => plain(heading.textContent) === wanted) ?? null
}
