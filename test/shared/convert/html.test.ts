import { describe, expect, test } from 'vitest'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { newCell, type Cell, type Leaf, type Result } from '../../../shared/notebook/notebook.ts'
import { allKinds } from '../../support/all-kinds.ts'
import { hostileNotebook } from '../../support/hostile.ts'
import { isThere, read, shared, sharedBytes, written } from './notebooks.ts'

interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&') // prettier-ignore

/**
 * The tags of a file in which every `<` must begin a strictly written tag. Throws at the first that does
 * not, so that nothing is overlooked that a browser would parse differently.
 */
const tagsOf = (html: string): Tag[] => {
  const tags: Tag[] = []
  const style = /<style>[^<]*<\/style>/y
  const tag = /<(?:!doctype html|\/([a-z][a-z0-9]*)|([a-z][a-z0-9]*)((?: [a-z-]+(?: ?="[^"<>]*")?)*))>/y
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    style.lastIndex = at
    tag.lastIndex = at
    const found = style.exec(html) ?? tag.exec(html)
    if (!found) throw new Error(`not strict: ${html.slice(at, at + 200)}`)
    at += found[0].length
    const attributes = (found[3] ?? '').matchAll(/ ([a-z-]+)(?: ?="([^"]*)")?/g)
    if (found[2])
      tags.push({
        name: found[2],
        attributes: new Map([...attributes].map(([, key = '', value = '']) => [key, unescaped(value)])),
      })
  }
  return tags
}

const runs = /^(?:script|object|embed|link|base|form|svg|video|audio|source|frame|applet|portal|template)$/

const expectSafe = (html: string): void => {
  const tags = tagsOf(html)
  const policy = tags.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy')
  expect(policy?.attributes.get('content')).toMatch(
    /^default-src 'none'; img-src data:; style-src 'unsafe-inline'/,
  )
  for (const { name, attributes } of tags) {
    expect(name).not.toMatch(runs)
    for (const [key, value] of attributes) {
      expect(key).not.toMatch(/^(?:on|srcset|background|action|formaction|xlink|ping|poster|data$)/)
      if (key === 'src') expect([name, value.slice(0, 11)]).toEqual(['img', 'data:image/'])
      if (key === 'href')
        expect([name, value]).toEqual([
          'a',
          expect.stringMatching(/^(?:https?:\/\/|mailto:|#user-content-)/i),
        ])
      if (key === 'style') expect(value).not.toMatch(/url|import|expression/i)
      if (key === 'http-equiv') expect(value).toBe('Content-Security-Policy')
    }
    if (name !== 'iframe') continue
    expect(attributes.get('sandbox')).toBe('')
    expect(attributes.has('src')).toBe(false)
    // The policy comes before any content of the frame.
    expect(attributes.get('srcdoc')).toMatch(
      /^<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; /,
    )
  }
}

const noResult: Result = {
  run: null,
  count: null,
  status: 'done',
  outputs: [],
  reply: null,
  thinking: null,
  calls: [],
}

const withOutput = (...outputs: readonly Leaf[]): string => {
  const cell: Cell = {
    ...newCell('code', 'x'),
    result: { ...noResult, count: 3, outputs: outputs.map((leaf) => ({ live: false, leaf })) },
  }
  return written('html', { ...newNotebook(), cells: [cell] })
}
const rich = (data: Leaf): string => withOutput({ output_type: 'display_data', data, metadata: {} })

describe('export to .html', () => {
  test('shows every kind of cell and output', () => {
    const html = written('html', read('a.ipynb', allKinds()))
    expectSafe(html)
    for (const part of [
      '<title>title</title>',
      '<h1>A title</h1>',
      '<span class="tok-keyword">class</span>',
      '<span class="ansi" style="--ansi-fg:var(--ansi-1)">red</span>',
      '<pre class="stderr">a warning</pre>',
      '<pre class="traceback">',
      '<img src="data:image/png;base64,iVBOR',
      '<pre class="result">28.27</pre>',
      'srcdoc="&lt;!doctype html',
      '&lt;td&gt;1&lt;/td&gt;',
      '&lt;circle r=&quot;4&quot;/&gt;',
      '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">',
      '<strong>strong</strong>',
      '<p class="role">Prompt</p>',
      '<p class="role">Reply</p>\n<h1>An answer</h1>',
      'at example.org, not loaded',
      '<a href="https://example.org" rel="noopener noreferrer">link</a>',
    ])
      expect(html).toContain(part)
    expect(html).not.toContain('\u001b')
  })

  test('collapses thinking and tool calls', () => {
    const cell: Cell = {
      ...newCell('prompt', 'Why?'),
      result: { ...noResult, reply: 'So.', thinking: '<b>hm</b>', calls: [{ name: '</pre><script>' }] },
    }
    const html = written('html', { ...newNotebook(), cells: [cell] })
    expectSafe(html)
    expect(html).toContain(
      '<details><summary>Thinking</summary><pre class="thinking">&lt;b&gt;hm&lt;/b&gt;</pre>',
    )
    expect(html).toContain('<summary>Tool call</summary>')
  })

  test('collapses tool calls and thinking in Solveit’s replies, and shows the rest', () => {
    const reply =
      '🧠🧠\n\nfirst\n\n<details class=\'tool-usage-details\'>\n<summary>read_url(x)</summary>\n\n```json\n{"a": "<b>"}\n```\n\n</details>\n\nlast <!--think_start-->hm<!--think_end-->\n\n<details class="token-usage-details">\nopen\n</details>'
    const cell = { ...newCell('prompt', 'Why?'), result: { ...noResult, reply } }
    const html = written('html', { ...newNotebook(), cells: [cell] })
    expectSafe(html)
    for (const part of [
      '<p><em>The model was thinking.</em></p>\n<p>first</p>\n<details><summary>Tool call: read_url(x)</summary>\n',
      '{&quot;a&quot;: &quot;&lt;b&gt;&quot;}',
      '<p>last</p>\n<details><summary>Thinking</summary>\n<div class="markdown"><p>hm</p>',
      '<p><em>Usage: open</em></p>',
    ])
      expect(html).toContain(part)
  })

  test('highlights only Python code as Python', () => {
    const kernelspec = { name: 'ir', language: 'R' }
    const html = written('html', {
      ...newNotebook(),
      meta: { kernelspec },
      cells: [newCell('code', 'for (x in y) 1')],
    })
    expect(html).toContain('<code>for (x in y) 1</code>')
  })

  test('replaces an output that needs scripts by one that does not, or by a message', () => {
    const page = '<div id="plot"></div><script>draw()</script>'
    expect(rich({ 'text/html': page, 'image/png': 'AAAA' })).toContain(
      '<img src="data:image/png;base64,AAAA"',
    )
    for (const html of [rich({ 'text/html': page }), rich({ 'application/javascript': 'draw()' })]) {
      expect(html).toContain('An interactive output that needs scripts was omitted.')
      expect(html).not.toContain('draw()')
    }
    expect(rich({ 'application/x-own': 'x' })).toContain('An output of type application/x-own is not shown.')
  })

  test('makes a hostile notebook neither run nor load anything', () => {
    const html = written('html', read('a.ipynb', hostileNotebook()))
    expectSafe(html)
    expect(html).toContain('&lt;script')
  })

  test.runIf(isThere).each(shared)('is safe for %s', (name) => {
    expectSafe(written('html', read('a.ipynb', sharedBytes(name))))
  })
})
