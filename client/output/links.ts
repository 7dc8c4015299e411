// Turns URLs in printed text into links, as in a terminal.
const urlPattern = /https?:\/\/[^\s<>"'`]{1,2000}/g

const closing = '.,;:!?]}'

/** Punctuation at the end does not belong to the URL, nor does a bracket that was opened before it. */
const withoutPunctuation = (url: string): string => {
  let unopened = url.split(')').length - url.split('(').length
  for (let end = url.length; end > 0; end--) {
    const last = url.charAt(end - 1)
    if (last === ')' && unopened > 0) unopened--
    else if (!closing.includes(last)) return url.slice(0, end)
  }
  return ''
}

export const mayHoldLinks = (text: string): boolean => text.includes('://')

export const linkUrls = (element: HTMLElement): void => {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const found: Text[] = []
  for (let node = texts.nextNode(); node instanceof Text; node = texts.nextNode())
    if (mayHoldLinks(node.data) && node.parentElement?.closest('a, button') === null) found.push(node)
  for (const node of found) {
    const parts: (string | Node)[] = []
    let copied = 0
    for (const { index, 0: whole } of node.data.matchAll(urlPattern)) {
      const text = withoutPunctuation(whole)
      if (!URL.canParse(text)) continue
      const link = document.createElement('a')
      link.href = link.textContent = text
      link.target = '_blank'
      link.rel = 'noopener noreferrer'
      parts.push(node.data.slice(copied, index), link)
      copied = index + text.length
    }
    if (copied > 0) node.replaceWith(...parts, node.data.slice(copied))
  }
}
