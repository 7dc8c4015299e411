import { afterEach, describe, expect, it } from 'vitest'
import { AnsiText } from '../../../shared/notebook/output/ansi.ts'
import { TextView } from '../../../client/output/text.ts'

const escape = String.fromCharCode(27)
const bell = String.fromCharCode(7)

const view = (text: string): TextView => {
  const made = new TextView('nb-stdout')
  document.body.append(made.element)
  made.show(text)
  return made
}

const textNodes = (element: Element): Text[] => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const found: Text[] = []
  while (walker.nextNode()) found.push(walker.currentNode as Text)
  return found
}

afterEach(() => document.body.replaceChildren())

describe('ANSI text', () => {
  it('is parsed into colours and attributes, with resets', () => {
    const text = new AnsiText()
    text.update(
      `a${escape}[1;31mred${escape}[39mbold${escape}[0mb${escape}[38;5;208mo${escape}[48;2;1;2;3mt${escape}[m.`,
    )
    expect(
      text.lines[0]?.map(({ text, style }) => [
        text,
        style?.foreground ?? null,
        style?.background ?? null,
        style?.bold ?? false,
      ]),
    ).toEqual([
      ['a', null, null, false],
      ['red', 1, null, true],
      ['bold', null, null, true],
      ['b', null, null, false],
      ['o', 'rgb(255, 135, 0)', null, false],
      ['t', 'rgb(255, 135, 0)', 'rgb(1, 2, 3)', false],
      ['.', null, null, false],
    ])
  })

  it('keeps a colour across lines, and across an update that starts in the middle', () => {
    const text = new AnsiText()
    text.update(`${escape}[32mone\ntwo`)
    expect(text.update(`${escape}[32mone\ntwo and\nthree`)).toBe(1)
    expect(text.lines.map((line) => line[0]?.style?.foreground)).toEqual([2, 2, 2])
  })

  it('shows a progress bar in its last state, and no control characters', () => {
    const shown = view(` 10%\r 50%\r100%\ndone\b\bNE${bell}${escape}]0;title${bell}!\n`)
    expect(shown.element.querySelector('pre')?.textContent).toBe('100%\ndoNE!\n')
  })

  it('has links for URLs, without surrounding punctuation, even while it grows', () => {
    const shown = view(
      'see https://a.example/x_(y)?q=1. (http://b.example/z), https:// <https://c.example>\n',
    )
    const links = (): string[] => [...shown.element.querySelectorAll('a')].map(({ href }) => href)
    const first = ['https://a.example/x_(y)?q=1', 'http://b.example/z', 'https://c.example/']
    expect(links()).toEqual(first)
    shown.show(
      'see https://a.example/x_(y)?q=1. (http://b.example/z), https:// <https://c.example>\nmore https://d.example',
    )
    expect(links()).toEqual([...first, 'https://d.example/'])
    expect(shown.element.querySelector('a')?.rel).toBe('noopener noreferrer')
    shown.show('none any more')
    expect(shown.element.querySelector('pre')?.textContent).toBe('none any more')
    expect(links()).toEqual([])
  })

  it('gets links for hostile URLs quickly', () => {
    const address = `https://a.example/x${')'.repeat(1_900)}x`
    const shown = view(`${`${address} `.repeat(20)}(https://b.example/y_(z))\n`)
    expect(shown.element.querySelectorAll('a')).toHaveLength(21)
    expect([...shown.element.querySelectorAll('a')].at(-1)?.href).toBe('https://b.example/y_(z)')
  })

  it('is readable on any background colour, in light and dark mode', () => {
    const shown = view(`${escape}[48;5;226myellow${escape}[48;5;17;37mnavy`)
    for (const scheme of ['light', 'dark']) {
      document.body.style.colorScheme = scheme
      const colours = [...shown.element.querySelectorAll('span')].map((span) => {
        span.style.color = 'var(--nb-ansi-fg)'
        return getComputedStyle(span).color
      })
      expect(colours.map((colour) => Number(/\(([\d.]+)/.exec(colour)?.[1]) > 0.5)).toEqual([false, true])
    }
    document.body.style.colorScheme = ''
  })

  it('never becomes HTML elements', () => {
    const shown = view(
      `<img src=x onerror="window.hit = 1">${escape}[31m<script>window.hit = 1</script>${escape}[38;2;1;2;3;url(x)m<b>` +
        `${escape}]8;;javascript:alert(1)${bell}link${escape}]8;;${bell}`,
    )
    expect(shown.element.querySelector('img, script, b, a')).toBeNull()
    expect(shown.element.querySelector('pre')?.textContent).toContain('<script>window.hit = 1</script>')
    expect('hit' in window).toBe(false)
  })
})

describe('links of terminals (OSC 8)', () => {
  const link = (url: string, text: string, end = bell): string =>
    `${escape}]8;;${url}${end}${text}${escape}]8;;${end}`
  const linksOf = (text: string): (readonly [string, string])[] =>
    [...view(text).element.querySelectorAll('a')].map((a) => [a.getAttribute('href') ?? '', a.textContent])

  it('lead to web addresses only', () => {
    const text = `see ${link('https://example.org/a?b=c', 'the page')} or ${link('file:///etc/passwd', 'file')}.`
    expect(linksOf(text)).toEqual([['https://example.org/a?b=c', 'the page']])
    expect(view(text).element.querySelector('pre')?.textContent).toBe('see the page or file.')
  })

  it('stay with colours, other ends, and lines that the cursor changed', () => {
    const st = `${escape}\\`
    const red = `${escape}[31mred${escape}[0m end`
    expect(linksOf(link('http://a.example/', red, st))).toEqual([
      ['http://a.example/', 'red'],
      ['http://a.example/', ' end'],
    ])
    expect(linksOf(`10%\r100% ${link('http://a.example/', 'done', st)} after`)).toEqual([
      ['http://a.example/', 'done'],
    ])
    expect(linksOf(`${link('http://a.example/', 'gone')}\r${escape}[Kother`)).toEqual([])
  })
})

describe('long and growing text', () => {
  it('grows within its text node', () => {
    const shown = view('one\n')
    const [node] = textNodes(shown.element.querySelector('pre') as Element)
    shown.show('one\ntwo\nthr')
    shown.show('one\ntwo\nthree\n')
    expect(textNodes(shown.element.querySelector('pre') as Element)).toEqual([node])
    expect(node?.data).toBe('one\ntwo\nthree\n')
  })

  it('is collapsed to its first and last lines, and expanded on demand', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index}`)
    const shown = view(lines.join('\n'))
    const [before, after] = shown.element.querySelectorAll('pre')
    expect(before?.textContent?.startsWith('line 0\nline 1\n')).toBe(true)
    expect(after?.textContent?.endsWith('line 1998\nline 1999')).toBe(true)
    expect(shown.element.textContent).not.toContain('line 1000')
    const fold = shown.element.querySelector('.nb-text-fold')
    expect(fold?.querySelector('small')?.textContent).toBe('… 1,940 lines hidden')
    const [button, more] = shown.element.querySelectorAll('button')
    expect(button?.textContent).toBe('Show all 2,000 lines')
    more?.click()
    expect(fold?.querySelector('small')?.textContent).toBe('… 1,740 lines hidden')
    expect(before?.textContent).toMatch(/line 129$/)
    expect(after?.textContent).toMatch(/^line 1870\n/)
    button?.click()
    const blocks = [...(before?.children ?? [])].map((block) => block.textContent)
    expect(blocks.join('\n')).toBe(lines.join('\n'))
    button?.click()
    expect(shown.element.textContent).not.toContain('line 1000')
    // As printed, with a line end after each line.
    shown.show(`${lines.join('\n')}\n`)
    expect(button?.textContent).toBe('Show all 2,000 lines')
    expect(fold?.querySelector('small')?.textContent).toBe('… 1,940 lines hidden')
  })

  it('counts lines that were not kept together with hidden ones', () => {
    const lines = (from: number, count: number): string =>
      Array.from({ length: count }, (_, index) => `${from + index}\n`).join('')
    const shown = view(
      `${lines(0, 500)}[999,000 lines, 6,888,890 characters left out]\n${lines(999_500, 500)}`,
    )
    expect(shown.element.querySelector('small')?.textContent).toBe(
      '… 999,940 lines hidden, of which 999,000 were too many to keep',
    )
    const [before, after] = shown.element.querySelectorAll('pre')
    expect(before?.textContent?.split('\n')).toHaveLength(30)
    expect(after?.textContent?.startsWith('999970\n')).toBe(true)
    expect(after?.textContent?.endsWith('999999\n')).toBe(true)
  })

  it('is collapsed even if it is one endless line', () => {
    const shown = view('x'.repeat(1_000_000))
    expect(shown.element.querySelector('pre')?.textContent).toHaveLength(20_000)
    shown.element.querySelector('button')?.click()
    expect(shown.element.querySelector('pre')?.textContent).toHaveLength(1_000_000)
  })

  it('looks the same in whatever pieces it arrived', () => {
    const pieces = [
      `${escape}[3`,
      '1mred\n',
      'x\r',
      'y',
      `${escape}[0m\n`,
      ...Array.from({ length: 600 }, (_, n) => `${n}\n`),
    ]
    const grown = view('')
    let text = ''
    for (const piece of pieces) grown.show((text += piece))
    expect(grown.element.innerHTML).toBe(view(text).element.innerHTML)
    const shorter = 'other\ntext'
    grown.show(shorter)
    expect(grown.element.querySelector('pre')?.innerHTML).toBe(
      view(shorter).element.querySelector('pre')?.innerHTML,
    )
  })

  it('changes only at its end while 20,000 lines arrive', () => {
    const shown = view('')
    shown.element.querySelector('button')?.click()
    const changes = new MutationObserver(() => undefined)
    changes.observe(shown.element, { subtree: true, childList: true, characterData: true })
    let text = ''
    let most = 0
    for (let step = 0; step < 200; step++) {
      for (let line = 0; line < 100; line++)
        text += `step ${step} line ${line}: some words that a program prints\n`
      shown.show(text)
      most = Math.max(most, changes.takeRecords().length)
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(10)
    expect(shown.element.querySelector('pre')?.textContent).toHaveLength(text.length - 80)
  })
})
