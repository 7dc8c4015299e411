import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import '../../../client/elements/nb-markdown.ts'
import { GrowingMarkdown } from '../../../client/output/growing-markdown.ts'
import { markdownBlocks, type MarkdownBlock } from '../../../client/output/markdown.ts'

afterEach(() => document.body.replaceChildren())

describe('growing Markdown', () => {
  it('has the same blocks as the whole text at each length, and finished blocks are parsed once', () => {
    const text =
      '# One\n\nwords *and* more\nmore words\n\n- a\n- b\n\n  in b\n- c\n1. d\n\n    indented\n\n```js\n\nx = 1\n```\n> said\nlazily\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nTitle\n===\n\n<b>html</b>\n\n---\nend'
    const growing = new GrowingMarkdown('')
    const places = (blocks: readonly MarkdownBlock[]) => blocks.map(({ source, line }) => [line, source])
    for (let length = 0; length <= text.length; length++) {
      const now = text.slice(0, length)
      expect(places(growing.take(now))).toEqual(places(markdownBlocks(now)))
    }
    const [first] = growing.take(text)
    expect(growing.take(`${text} and so on`)[0]).toBe(first)
    expect(growing.isPartial).toBe(true)
    // Text at the end can give an earlier link its URL.
    for (const more of ['\n\n[more]: https://a.example', '\n\n[^1]: a footnote']) {
      growing.take(`${text}[^1] [more]`)
      growing.take(`${text}[^1] [more]${more}`)
      expect(growing.isPartial).toBe(false)
    }
    growing.take('another text')
    expect(growing.isPartial).toBe(false)
  })
})

describe('nb-markdown', () => {
  it('keeps the elements of finished blocks while text grows, and ends like the whole text', async () => {
    const element = document.createElement('nb-markdown')
    document.body.append(element)
    element.text = '# Title\n\nfirst paragraph\n\nsec'
    await until(() => element.querySelectorAll('h1, p').length === 3)
    const [title, first] = element.querySelectorAll('h1, p')
    const whole = '# Title\n\nfirst paragraph\n\nsecond with [a link]\n\n- [x] done\n\n$x$'
    for (let end = 30; end <= whole.length; end++) {
      element.text = whole.slice(0, end)
      await element.updateComplete
    }
    await until(() => element.querySelector('mjx-container'))
    expect([...element.querySelectorAll('h1, p')].slice(0, 2)).toEqual([title, first])
    expect(element.querySelectorAll('p')[1]?.textContent).toBe('second with [a link]')
    element.text = `${whole}\n\n[a link]: https://x.example/`
    await until(() => element.querySelector('a')?.href === 'https://x.example/')
  })

  it('keeps what is selected and opened below and above a paragraph that another person writes', async () => {
    const element = document.createElement('nb-markdown')
    document.body.append(element)
    const rest = '\n\n<details><summary>More</summary>\n\nhidden\n\n</details>\n\nsame\n\nsame\n\n- [ ] task'
    element.text = `first\n\nwritten${rest}`
    await until(() => element.querySelectorAll('p').length === 5)
    const details = element.querySelector('details')
    if (details === null) throw new Error('there is no <details>')
    details.open = true
    const before = [...element.children]
    for (const written of ['written on', 'written\n\nin two', '', 'same', 'written']) {
      element.text = `first\n\n${written}${rest}`
      const fresh = document.createElement('nb-markdown')
      fresh.text = element.text
      document.body.append(fresh)
      await until(() => fresh.textContent !== '' && fresh.textContent === element.textContent)
      expect(element.querySelector('details')).toBe(details)
      fresh.remove()
    }
    expect(details.isConnected && details.open).toBe(true)
    expect([...element.children].filter((child) => before.includes(child))).toHaveLength(before.length - 1)
  })

  it('keeps a selection in the block that grows', async () => {
    const element = document.createElement('nb-markdown')
    document.body.append(element)
    const whole = [
      'Some *words* here and `code`, and more of them',
      '- one *item*\n- two\n  - nested\n- three and\n  four',
      '```python\nfor item in range(10):\n    print(item)\n    print("end")\n```',
      '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |',
      'words and $x$ and ![image](data:image/png;base64,iVBORw0KGgo=) end',
    ]
    for (const text of whole) {
      const begun = Math.ceil(text.length / 2)
      element.text = `first\n\n${text.slice(0, begun)}`
      await until(() => element.textContent.includes('first') && element.children.length === 2)
      const grown = element.children[1]
      const walker = document.createTreeWalker(grown ?? element, NodeFilter.SHOW_TEXT)
      const node = walker.nextNode()
      if (node === null) throw new Error('nothing is shown')
      getSelection()?.setBaseAndExtent(node, 0, node, 1)
      const selected = String(getSelection())
      for (let end = begun + 1; end <= text.length; end++) {
        element.text = `first\n\n${text.slice(0, end)}`
        await element.updateComplete
      }
      const fresh = document.createElement('nb-markdown')
      fresh.text = element.text
      document.body.append(fresh)
      const html = (shown: Element): string =>
        shown.children[1]?.innerHTML.replaceAll(/MJX-\d+/g, 'MJX') ?? ''
      await until(() => html(fresh) !== '' && html(fresh) === html(element))
      fresh.remove()
      // Code, a formula and an image are drawn as a whole.
      if (!/[$]|```/.test(text)) expect(String(getSelection()), text).toBe(selected)
      element.text = ''
      await until(() => element.children.length === 0)
    }
  })

  it('changes only the end while a long reply grows', async () => {
    const element = document.createElement('nb-markdown')
    document.body.append(element)
    const paragraph =
      'Some *words* about `code` and $x_1$ that a model says, one after another, for a while.\n\n'
    const fence = '```python\nfor item in range(10):\n    print(item)\n```\n\n'
    const text = (paragraph.repeat(5) + fence).repeat(200)
    const mathIsSet = (): Promise<unknown> => until(() => !element.querySelector('.nb-math:not([data-set])'))
    element.text = text.slice(0, -3_000)
    await element.updateComplete
    // The first part is shown before the rest is rendered.
    expect(element.childElementCount).toBeGreaterThan(0)
    expect(element.hasAttribute('data-drawing')).toBe(true)
    await until(() => !element.hasAttribute('data-drawing'))
    expect(element.childElementCount).toBeGreaterThan(1_000)
    await mathIsSet()
    const touched: Node[] = []
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) touched.push(...addedNodes, ...removedNodes)
    }).observe(element, { childList: true })
    for (let left = 2_500; left >= 0; left -= 500) {
      const before = element.lastElementChild
      touched.length = 0
      element.text = text.slice(0, text.length - left)
      await until(() => element.lastElementChild !== before)
      await mathIsSet()
      expect(touched.length).toBeGreaterThan(0)
      expect(touched.length).toBeLessThan(50)
    }
  })
})
