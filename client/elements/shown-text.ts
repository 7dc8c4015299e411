/** The text of an element as one string, and where a part of it is on the page. */
export class ShownText {
  readonly text: string
  private readonly nodes: readonly { readonly node: Node; readonly start: number }[]

  /** `leaveOut`: a selector of elements whose text does not count. */
  constructor(root: Element, leaveOut: string | null = null) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node instanceof Element) {
        const isOut = leaveOut !== null && node.matches(leaveOut)
        return isOut ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP
      }
      return NodeFilter.FILTER_ACCEPT
    })
    const nodes: { readonly node: Node; readonly start: number }[] = []
    let text = ''
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      nodes.push({ node, start: text.length })
      text += node.nodeValue ?? ''
    }
    this.nodes = nodes
    this.text = text
  }

  range(from: number, to: number): Range | null {
    const [start, end] = [this.place(from), this.place(to)]
    if (start === null || end === null) return null
    const range = document.createRange()
    range.setStart(...start)
    range.setEnd(...end)
    return range
  }

  /** The nth place of this text, or the last one before; null where there is none. */
  nth(text: string, nth: number): Range | null {
    let at = this.text.indexOf(text)
    for (let i = 0, next = at; i < nth && next >= 0; i++) {
      next = this.text.indexOf(text, next + 1)
      if (next >= 0) at = next
    }
    return at < 0 ? null : this.range(at, at + text.length)
  }

  private place(offset: number): [Node, number] | null {
    const found = this.nodes.findLast(({ start }) => start <= offset)
    return found === undefined ? null : [found.node, offset - found.start]
  }
}
