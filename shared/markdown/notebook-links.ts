// `[[name]]` and `[[folder/name|words]]` are links to other notebooks, named from the folder of this one.
import type { MarkdownIt } from 'markdown-it'

/** Contains a letter, because `[[1, 2]]` is a list; and is not part of a Markdown link. */
const link = /^\[\[(?=[^\]|\n]*\p{L})([^[\]|\n]{1,200})(?:\|([^[\]\n]{1,200}))?\]\](?![([])/u

export const notebookLinkRules = (markdown: MarkdownIt): void => {
  markdown.inline.ruler.before('link', 'notebook-link', (state, silent) => {
    if (!state.src.startsWith('[[', state.pos)) return false
    const [whole, name, words] = link.exec(state.src.slice(state.pos, state.pos + 410)) ?? []
    if (whole === undefined || name === undefined) return false
    if (!silent) {
      const path = name.trim().replace(/\.ipynb$/, '')
      const open = state.push('link_open', 'a', 1)
      open.attrs = [['href', `${path.split('/').map(encodeURIComponent).join('/')}.ipynb`]]
      state.push('text', '', 0).content = (words ?? name).trim()
      state.push('link_close', 'a', -1)
    }
    state.pos += whole.length
    return true
  })
}
