import { afterEach, describe, expect, it } from 'vitest'
import { soon } from '../../support/soon.ts'
import { until } from '../../support/until.ts'
import '../../../client/elements/nb-markdown.ts'
import type { MarkdownOptions } from '../../../client/output/markdown.ts'
import { renderMarkdown } from '../../support/render-markdown.ts'
import { typesetMath } from '../../../client/output/math.ts'

const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const page = (text: string, options?: MarkdownOptions): HTMLElement => {
  const element = document.createElement('div')
  element.append(renderMarkdown(text, options))
  document.body.append(element)
  return element
}

afterEach(() => document.body.replaceChildren())

describe('markdown', () => {
  it('renders headings, lists, tables, tasks, emphasis and code', async () => {
    const shown = page(
      '# One\n\n- [ ] open\n- [x] *done*\n- plain\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\ndef f(): return "x"\n```\n\n~~no~~ https://x.example/a\n\nSee www.x.example/b?c=d_e. Not setup.py',
    )
    expect(shown.querySelector('h1')?.textContent).toBe('One')
    expect([...shown.querySelectorAll('li [role=img]')].map((box) => box.ariaLabel)).toEqual([
      'To do',
      'Done',
    ])
    expect(shown.querySelectorAll('li')[1]?.textContent).toBe('done')
    expect(shown.querySelector('td.nb-right')?.textContent).toBe('2')
    await expect.poll(() => shown.querySelector('pre .tok-keyword')?.textContent, soon).toBe('def')
    expect(shown.querySelector('pre')?.textContent).toBe('def f(): return "x"\n')
    expect(shown.querySelector('s')?.textContent).toBe('no')
    const link = shown.querySelector('a')
    expect(link?.href).toBe('https://x.example/a')
    expect(link?.rel).toBe('noopener noreferrer')
    expect(link?.target).toBe('_blank')
    expect([...shown.querySelectorAll('a')].map(({ href, text }) => [href, text]).slice(1)).toEqual([
      ['https://www.x.example/b?c=d_e', 'www.x.example/b?c=d_e'],
    ])
  })

  it('renders callouts, footnotes and links to notebooks', () => {
    const { href } = location
    history.replaceState(null, '', '/notebook/a.ipynb')
    const shown = page(
      '> [!WARNING]\n> **Hot** water\n\n> [!NOTE]\n>\n> apart\n\n> [!ODD]\n> a quote\n\n' +
        'One[^a], two[^1], one again[^a] and [[data/first steps|words]], [[other]], [[1, 2]], [[x]](y), `[[code]]`.\n\n' +
        '[^a]: The *first*.\n[^1]: The second.',
    )
    history.replaceState(null, '', href)
    const quotes = [...shown.querySelectorAll('blockquote')].map((quote) => [
      quote.className,
      quote.innerText.replace(/\s+/g, ' '),
    ])
    expect(quotes).toEqual([
      ['nb-callout nb-callout-warning', 'Warning Hot water'],
      ['nb-callout nb-callout-note', 'Note apart'],
      ['', '[!ODD] a quote'],
    ])
    expect([...shown.querySelectorAll('sup')].map((mark) => mark.textContent)).toEqual([
      '[1]',
      '[2]',
      '[1:1]',
    ])
    expect([...shown.querySelectorAll('.footnotes li')].map((note) => note.textContent?.trim())).toEqual([
      'The first. ↩︎ ↩︎',
      'The second. ↩︎',
    ])
    const links = [...shown.querySelectorAll(':scope > p > a')].map((found) => [
      found.getAttribute('href'),
      found.textContent,
    ])
    expect(links).toEqual([
      ['data/first%20steps.ipynb', 'words'],
      ['other.ipynb', 'other'],
      [null, '[x]'],
    ])
    expect(shown.querySelector('code')?.textContent).toBe('[[code]]')
    expect(shown.textContent).toContain('[[1, 2]]')
  })

  it('has checkboxes that report their current line and keep the focus', async () => {
    const element = document.createElement('nb-markdown')
    element.ticks = true
    element.text = 'Above\n\n1. [x] one\n2. plain\n   - [ ] *two*\n\n> - [ ] three'
    const lines: number[] = []
    element.addEventListener('tick', (event) => lines.push((event as CustomEvent<number>).detail))
    document.body.append(element)
    await element.updateComplete
    const boxes = (): HTMLElement[] => [...element.querySelectorAll<HTMLElement>('[role="checkbox"]')]
    expect(boxes().map((box) => [box.ariaLabel, box.ariaChecked])).toEqual([
      ['one', 'true'],
      ['two', 'false'],
      ['three', 'false'],
    ])
    for (const box of boxes()) box.click()
    element.text = `More\n\n${element.text}`
    await until(() => element.textContent.includes('More'))
    boxes()[2]?.click()
    expect(lines).toEqual([2, 4, 6, 8])
    boxes()[1]?.focus()
    boxes()[1]?.click()
    element.text = element.text.replace('[ ] *two*', '[x] *two*')
    await until(() => boxes()[1]?.ariaChecked === 'true')
    expect(document.activeElement).toBe(boxes()[1])
  })

  it.each([
    '<img src=x onerror="window.hit = 1">',
    '<script>window.hit = 1</script>',
    '<svg onload="window.hit = 1"></svg>',
    '<style>body { background: url(https://leak.example) }</style>',
    '[x](javascript:window.hit=1)',
    '[x](JaVaScRiPt&colon;window.hit=1)',
    '[x](data:text/html,<script>parent.hit=1</script>)',
    '[x](vbscript:x) <javascript:window.hit=1>',
    '![x](https://leak.example/x.png)',
    '![x](//leak.example/x.png)',
    '![x](/api/notebooks)',
    '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)',
    '![x" onerror="window.hit=1](x" onerror="window.hit=1)',
    '![](https://leak.example/"><img/src=x/onerror=window.hit=1>)',
    '```"><img src=x onerror=window.hit=1>\nx\n```',
    '$\\href{javascript:window.hit=1}{x}$ $\\includegraphics{https://leak.example/x.png}$ $\\htmlStyle{background:url(https://leak.example)}{x}$',
    '$<img src=x onerror=window.hit=1>$\n\n$$\n</div><script>window.hit=1</script>\n$$',
    '[a]: javascript:window.hit=1\n\n[a] ![a]',
  ])('loads and runs nothing for %s', async (text) => {
    const shown = page(text)
    await typesetMath(shown)
    expect(shown.querySelector('img, script, style, iframe, object, form, svg[onload], [onerror]')).toBeNull()
    for (const link of shown.querySelectorAll('a'))
      expect(link.getAttribute('href') ?? 'https:').toMatch(/^(https?|mailto):/)
    for (const element of shown.querySelectorAll<HTMLElement>('[style]'))
      expect(element.style.cssText).not.toContain('url')
    for (const chip of shown.querySelectorAll('button')) chip.click()
    expect(shown.querySelector('img')).toBeNull()
    expect('hit' in window).toBe(false)
  })

  it('replaces a remote image by a chip with its host, which shows the URL on a click', () => {
    const shown = page('![A plot](https://pics.example/a/b.png?x=1)')
    const chip = shown.querySelector('button')
    expect(chip?.textContent).toBe('A plot · not loaded from pics.example')
    chip?.click()
    expect(chip?.textContent).toContain('https://pics.example/a/b.png?x=1')
  })

  it('shows inline and attached images of raster types only', () => {
    const attachment = (name: string): string | null =>
      ({ 'a b.png': `data:image/png;base64,${dot}`, 'x.svg': 'data:image/svg+xml;base64,AAAA' })[name] ?? null
    const shown = page(
      `![one](data:image/png;base64,${dot}) ![two](attachment:a%20b.png) ![three](attachment:x.svg)`,
      { attachment },
    )
    expect([...shown.querySelectorAll('img')].map((image) => image.alt)).toEqual(['one', 'two'])
    expect(shown.querySelector('button')?.textContent).toBe('three · not loaded')
  })

  it('keeps the HTML that Jupyter allows, over several paragraphs, and nothing else', () => {
    const shown = page(
      [
        '<div class="alert alert-info nb-foot" style="color: red; position: fixed; background: url(//x.example/y)" onclick="hit()">',
        '**Note** <kbd>Ctrl</kbd> H<sub>2</sub>O <mark>m</mark><br>next <!-- not this -->',
        '</div>',
        '<details open><summary>More</summary>\n\n- item\n\n</details>',
        '<a id="here"></a> [to it](#here) <img src="https://x.example/p.png" width="40%" style="float: right" alt="P">',
        '<table><tr><th colspan=2>A</th></tr><tr><td>b &amp; c</td></tr></table>',
        '</div></section>',
        'Call `f` with <name> or a<b <form><input value=x></form>',
        '<script>window.hit = 1</script><style>p { color: red }</style>',
        'an <u>open end',
        'here too',
      ].join('\n\n'),
    )
    const box = shown.querySelector<HTMLElement>('.alert')
    expect(box?.className).toBe('alert alert-info')
    expect(box?.style.cssText).toBe('color: red;')
    expect(box?.querySelector('strong')?.textContent).toBe('Note')
    expect(box?.querySelectorAll('kbd, sub, mark, br')).toHaveLength(4)
    expect(shown.querySelector('details[open] li')?.textContent).toBe('item')
    expect(shown.querySelector('#user-content-here')).not.toBeNull()
    const chip = shown.querySelector<HTMLElement>('.nb-remote-image')
    expect([chip?.style.width, chip?.style.cssFloat, chip?.textContent]).toEqual([
      '40%',
      'right',
      'P · not loaded from x.example',
    ])
    expect(shown.querySelector('.nb-table th')?.getAttribute('colspan')).toBe('2')
    expect(shown.querySelector('td')?.textContent).toBe('b & c')
    expect(shown.textContent).toContain('Call f with <name> or a<b')
    expect([...shown.querySelectorAll('u')].map(({ textContent }) => textContent).join(' ')).toContain(
      'here too',
    )
    expect(shown.textContent).not.toMatch(/not this|hit|color/)
    expect(shown.querySelector('form, input, script, style, [onclick]')).toBeNull()
  })

  it('shows links and images whose address is not encoded as URLs are, without a target', () => {
    history.replaceState(null, '', '/notebook/a.ipynb')
    const shown = page('<a href="a%zz.txt">link</a> <img src="b%zz.png" alt="B"> text')
    expect(shown.querySelector('a')?.hasAttribute('href')).toBe(false)
    expect(shown.textContent).toContain('text')
  })

  it('highlights code in other languages and draws Mermaid diagrams as images', async () => {
    const shown = page(
      '```js\nconst a = 1\n```\n\n```{r}\nf <- function(x) x\n```\n\n```sql\nSELECT 1\n```\n\n```bash\nfor x in 1; do echo $x; done\n```\n\n```json\n{"a": 1}\n```\n\n```mermaid\ngraph TD; A[Start] --> B["<img src=x onerror=window.hit=1>"]; click A "javascript:window.hit=1"\n```\n\n```mermaid\nno such thing\n```',
    )
    await until(() => shown.querySelectorAll('pre[data-language] [class^=tok-]').length >= 5)
    for (const block of shown.querySelectorAll('pre[data-language]'))
      await until(() => block.querySelector('[class^=tok-]'))
    await until(() => shown.querySelector<HTMLImageElement>('.nb-diagram img')?.naturalWidth)
    await until(() => shown.querySelector('.nb-diagram-error'))
    expect(shown.querySelector('.nb-diagram-error')?.textContent).toMatch(/^Invalid diagram: /)
    expect('hit' in window).toBe(false)
  })

  it('names a missing image beside the notebook, with the reason', async () => {
    history.replaceState(null, '', '/notebook/folder/a.ipynb')
    const shown = page(
      '![A plot](plots/no.png) <img src="../up.svg" width=20> ![](/etc/x.png) ![](..//x.png)',
    )
    await until(() => shown.querySelectorAll('.nb-missing-image').length === 2)
    expect(shown.querySelector('.nb-missing-image')?.textContent).toMatch(/^A plot · plots\/no\.png: /)
    expect(shown.querySelectorAll('.nb-remote-image')).toHaveLength(2)
  })

  // A quadratic parser would exceed this test’s time limit of a minute.
  it.each(['$a ', '$$a ', '\\(', '![', '[', '*a **a ', '> ', '- ', '`', '|a|\n|-|\n', '$$\na\n'])(
    'parses many repetitions of %j in time',
    (piece) => {
      expect(renderMarkdown(piece.repeat(Math.floor(20_000 / piece.length))).childNodes).not.toHaveLength(0)
    },
  )
})
