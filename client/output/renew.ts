// Replaces what is shown by what it has become, and leaves alone what is equal: a selection in it stays.

/** Elements that are nothing but their attributes and children; code, for one, is coloured later. */
const plain =
  'p, ul, ol, li, em, strong, s, del, mark, b, i, code, span, br, hr, a, h1, h2, h3, h4, h5, h6, blockquote, table, thead, tbody, tr, th, td'

const isPlain = (root: ParentNode): boolean => root.querySelector(`:not(${plain})`) === null

const isSameTag = (a: Node, b: Node): boolean => a.cloneNode(false).isEqualNode(b.cloneNode(false))

const grow = (shown: Node, fresh: Node): void => {
  const [before, after] = [[...shown.childNodes], [...fresh.childNodes]]
  let same = 0
  while (same < before.length && before[same]?.isEqualNode(after[same] ?? null) === true) same++
  const [old, next] = [before[same], after[same]]
  if (old instanceof Text && next instanceof Text && next.data.startsWith(old.data)) {
    old.appendData(next.data.slice(old.length))
    same++
  } else if (old instanceof Element && next instanceof Element && isSameTag(old, next)) {
    grow(old, next)
    same++
  }
  for (const node of before.slice(same)) node.remove()
  for (const node of after.slice(same)) shown.appendChild(node)
}

/** False: it has to be replaced as a whole, because some of it has a state of its own. */
export const renew = (shown: Element, fresh: DocumentFragment): boolean => {
  if (!isPlain(shown) || !isPlain(fresh)) return false
  grow(shown, fresh)
  return true
}
