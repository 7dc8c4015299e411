import { afterEach, describe, expect, it, vi } from 'vitest'
import { until } from '../../support/until.ts'
import '../../../client/elements/nb-output.ts'
import { richestForm } from '../../../client/output/mime.ts'
import type { NbOutput } from '../../../client/elements/nb-output.ts'
import {
  displayLeaf,
  errorLeaf,
  resultLeaf,
  shownLeaf,
  type MimeBundle,
  type ShownOutput,
} from '../../../shared/notebook/output/output.ts'

const escape = String.fromCharCode(27)
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const display = (data: MimeBundle, metadata: MimeBundle = {}): ShownOutput =>
  shownLeaf(displayLeaf(data, metadata))
const stdout = (text: string): ShownOutput => ({ type: 'stream', name: 'stdout', text })

const shown = async (...outputs: ShownOutput[]): Promise<NbOutput> => {
  const element = document.createElement('nb-output')
  element.label = 'Output of cell 3'
  element.cellKey = 'three'
  element.outputs = outputs
  document.body.append(element)
  await element.updateComplete
  return element
}

afterEach(() => document.body.replaceChildren())

describe('the end of a run’s output', () => {
  const lines = (count: number): ShownOutput => stdout('line\n'.repeat(count))
  const grow = async (element: NbOutput, count: number): Promise<void> => {
    element.outputs = [lines(count)]
    await element.updateComplete
  }

  it('is kept in view in the output’s scroll box until the user scrolls away', async () => {
    const element = await shown(lines(2))
    element.running = true
    Object.assign(element.style, { display: 'block', maxHeight: '200px', overflowY: 'auto' })
    const atEnd = (): boolean => element.scrollTop + element.clientHeight >= element.scrollHeight - 1
    for (const count of [20, 60, 61, 100]) {
      await grow(element, count)
      expect(atEnd()).toBe(true)
    }
    element.scrollTop = 300
    await grow(element, 120)
    expect(element.scrollTop).toBe(300)
    element.scrollTop = element.scrollHeight
    await grow(element, 140)
    expect(atEnd()).toBe(true)
    element.running = false
    await grow(element, 160)
    expect(atEnd()).toBe(false)
  })

  it('is kept in view by the page while it is visible', async () => {
    const element = await shown(lines(2))
    element.running = true
    element.style.display = 'block'
    const space = document.createElement('div')
    space.style.height = '3000px'
    document.body.append(space)
    await grow(element, 150)
    expect(Math.round(element.getBoundingClientRect().bottom)).toBe(innerHeight)
    scrollTo(0, 50)
    await grow(element, 180)
    expect(scrollY).toBe(50)
  })
})

describe('the richest format of an output', () => {
  it('is chosen in Jupyter’s order, and what can run goes into a frame', () => {
    const all = { 'text/plain': 't', 'image/png': dot, 'text/html': '<b>', 'application/javascript': '1' }
    expect(richestForm(all)).toEqual({ type: 'framed', mime: 'text/html', content: '<b>' })
    expect(richestForm({ ...all, 'text/html': '' }).type).toBe('image')
    expect(richestForm({ 'image/svg+xml': '<svg/>', 'text/plain': 't' }).type).toBe('framed')
    expect(richestForm({ 'application/json': [1], 'text/plain': 't' })).toEqual({ type: 'json', value: [1] })
    expect(richestForm({ 'application/pdf': 'JVBE', 'text/plain': 't' })).toEqual({
      type: 'pdf',
      base64: 'JVBE',
    })
    expect(richestForm({ 'text/html': '<style>.output_html .k { color: green }</style>' })).toMatchObject({
      content: expect.stringMatching(/^<div class="output_html">/),
    })
    expect(richestForm({ 'text/latex': '$\\displaystyle x$', 'text/plain': 'x' })).toEqual({
      type: 'latex',
      text: '$\\displaystyle x$',
    })
    expect(richestForm({ 'application/vnd.odd.v1+json': { a: 1 }, 'text/plain': 't' })).toEqual({
      type: 'text',
      text: 't',
    })
    const plotly = { 'application/vnd.plotly.v1+json': { data: [] }, 'text/html': '<b>', 'text/plain': 't' }
    expect(richestForm(plotly)).toEqual({
      type: 'framed',
      mime: 'application/vnd.plotly.v1+json',
      content: '{"data":[]}',
    })
    const altair = { 'application/vnd.vegalite.v6.json': { mark: 'bar' }, 'text/plain': 't' }
    expect(richestForm(altair)).toEqual({
      type: 'framed',
      mime: 'application/vnd.vegalite.v6.json',
      content: '{"mark":"bar"}',
    })
    expect(richestForm({ 'audio/wav': 'UklG\nRg==', 'text/plain': 't' })).toEqual({
      type: 'framed',
      mime: 'text/html',
      content: '<audio controls src="data:audio/wav;base64,UklGRg=="></audio>',
    })
    expect(richestForm({ 'video/mp4': '"><script>', 'text/plain': 't' })).toEqual({ type: 'text', text: 't' })
    expect(richestForm({ 'application/vnd.raw.v1+json': { a: 1 } })).toEqual({
      type: 'json',
      value: { a: 1 },
    })
    expect(richestForm({ 'text/html': { a: 1 }, 'application/x-odd': 'x' })).toEqual({
      type: 'none',
      mimes: ['text/html', 'application/x-odd'],
    })
  })
})

describe('nb-output', () => {
  it('is a named region only if it has content', async () => {
    const element = await shown()
    expect(element.getAttribute('role')).toBeNull()
    element.outputs = [stdout('x')]
    await element.updateComplete
    expect(element.getAttribute('role')).toBe('region')
    expect(element.getAttribute('aria-label')).toBe('Output of cell 3')
  })

  it('shows text, errors, images, JSON, formulas, Markdown and unknown outputs', async () => {
    const element = await shown(
      stdout('printed'),
      shownLeaf(errorLeaf('ValueError', 'no', [`${escape}[0;31mValueError${escape}[0m: no`])),
      display(
        { 'image/png': `${dot.slice(0, 20)}\n${dot.slice(20)}` },
        { 'image/png': { width: 40, height: -1 } },
      ),
      display({ 'application/json': { a: [1, { b: null }], c: 'text' } }),
      display({ 'text/latex': '$$\\frac12$$' }),
      display({ 'text/markdown': '**bold**' }),
      shownLeaf({ output_type: 'odd', x: 1 }),
      shownLeaf(resultLeaf(1, { 'text/plain': '42' })),
    )
    await until(() => element.querySelector('mjx-container') && element.querySelector('strong'))
    const items = [...element.querySelectorAll('.nb-output-body')]
    expect(items[0]?.textContent).toContain('printed')
    expect(items[1]?.getAttribute('role')).toBe('group')
    expect(items[1]?.querySelector('.nb-ansi')?.textContent).toBe('ValueError')
    const image = items[2]?.querySelector('img')
    expect(image?.alt).toBe('Image output')
    await until(() => image?.naturalWidth === 1)
    expect(image?.getAttribute('width')).toBe('40')
    expect(image?.hasAttribute('height')).toBe(false)
    expect(items[6]?.textContent).toContain('"output_type": "odd"')
    expect(items[7]?.textContent).toContain('42')
  })

  it('leaves out a line that was cleared, and shows it when it is written again', async () => {
    const stderr = (text: string): ShownOutput => ({ type: 'stream', name: 'stderr', text })
    const element = await shown(stderr('\r 50%|#  |\r         \r'), stdout('\n'), stdout(' '))
    const seen = (): boolean[] =>
      [...element.querySelectorAll<HTMLElement>('.nb-output-body')].map(({ hidden }) => !hidden)
    expect(seen()).toEqual([false, true, false])
    element.outputs = [stderr('\r 50%|#  |\r         \r100%'), stdout('\n'), stdout(' ')]
    await element.updateComplete
    expect(seen()).toEqual([true, true, false])
  })

  it('opens a JSON tree branch by branch, a large one in portions', async () => {
    const element = await shown(
      display({
        'application/json': { a: [1, { b: null }], '<img src=x>': Array.from({ length: 500 }, (_, n) => n) },
      }),
    )
    const root = element.querySelector('details')
    expect(root?.open).toBe(true)
    const [a, big] = root?.querySelectorAll<HTMLDetailsElement>(':scope > details') ?? []
    expect(a?.querySelector('div')).toBeNull()
    if (a) a.open = true
    await until(() => a?.querySelector('div')?.textContent === '0: 1')
    if (big) big.open = true
    await until(() => big?.querySelectorAll(':scope > div').length === 200)
    big?.querySelector('button')?.click()
    expect(big?.querySelectorAll(':scope > div')).toHaveLength(400)
    expect(element.querySelector('img')).toBeNull()
  })

  it('runs hostile outputs in their frames and never in the page', async () => {
    const ran: unknown[] = []
    const listener = (event: MessageEvent<{ ran?: string }>): void =>
      void (event.data.ran && ran.push(event.data.ran))
    window.addEventListener('message', listener)
    const attack = (name: string): string =>
      `window.hit=1;try{parent.hit=1}catch{};parent.postMessage({ran:'${name}'},'*')`
    const hit = `<img src=x onerror="${attack('image')}"><script>${attack('html')}</script><style>body{display:none}</style>`
    const element = await shown(
      display({ 'text/html': hit }),
      display({
        'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg"><script>${attack('svg')}</script></svg>`,
      }),
      display({ 'application/javascript': attack('javascript') }),
      stdout(hit),
      display({ 'text/markdown': hit }),
      display({ 'text/latex': `$\\href{javascript:hit=1}{x}$ ${hit}` }),
      display({ 'image/png': '" onerror="window.hit=1' }),
      display({ 'application/json': { [hit]: hit } }),
      shownLeaf(errorLeaf(hit, hit, [hit])),
      shownLeaf({ output_type: hit }),
    )
    await until(() => ['image', 'html', 'svg', 'javascript'].every((name) => ran.includes(name)))
    window.removeEventListener('message', listener)
    expect(element.querySelectorAll('iframe')).toHaveLength(3)
    expect(
      element.querySelector('script, style, svg[onload], img, [onerror], a[href^="javascript"]'),
    ).toBeNull()
    expect('hit' in window).toBe(false)
    expect(getComputedStyle(document.body).display).not.toBe('none')
    // Four messages, each from a frame: nothing in the page posted any.
    expect(ran).toHaveLength(4)
  })

  it('keeps frames and text nodes while a stream grows and outputs are added', async () => {
    const loads: unknown[] = []
    const listener = (event: MessageEvent<{ type?: string }>): void =>
      void (event.data.type === 'nb-ready' && loads.push(event.source))
    window.addEventListener('message', listener)
    const table = (): ShownOutput =>
      display({ 'text/html': '<table><tr><td>1</td></tr></table>', 'text/plain': '1' })
    const element = await shown(stdout('a\n'), table())
    await until(() => loads.length === 1)
    const frame = element.querySelector('iframe')
    const node = element.querySelector('pre > div')?.firstChild
    for (let count = 2; count < 20; count++) {
      element.outputs = [stdout('a\n'.repeat(count)), table(), ...(count > 10 ? [stdout('later')] : [])]
      await element.updateComplete
    }
    expect(element.querySelector('iframe')).toBe(frame)
    expect(element.querySelector('pre > div')?.firstChild).toBe(node)
    expect(element.querySelectorAll('.nb-output-item')).toHaveLength(3)
    expect(loads).toHaveLength(1)

    element.outputs = [stdout('new'), display({ 'text/html': '<p>other</p>' })]
    await element.updateComplete
    await until(() => loads.length === 2)
    expect(element.querySelector('iframe')).not.toBe(frame)
    window.removeEventListener('message', listener)
  })

  it('shows its outputs again after being moved or reattached', async () => {
    const element = await shown(display({ 'text/html': '<p style="height:200px">x</p>' }))
    const tall = (): boolean => (element.querySelector<HTMLElement>('.nb-frame')?.clientHeight ?? 0) > 200
    await until(tall)
    const frame = element.querySelector('iframe')
    document.body.append(document.createElement('p'), element)
    expect(element.querySelector('iframe')).toBe(frame)
    element.remove()
    await Promise.resolve()
    document.body.append(element)
    await element.updateComplete
    // It has its former height at once, before the frame is there.
    expect(tall()).toBe(true)
    await until(() => element.querySelector('iframe') !== null)
    await until(tall)
  })

  it('offers to copy the text of an output', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const element = await shown(stdout(`${escape}[31mred${escape}[0m`))
    const button = element.querySelector<HTMLButtonElement>('button[aria-label="Copy output"]')
    button?.click()
    await until(() => button?.textContent === 'Copied')
    expect(write).toHaveBeenCalledWith('red')
    write.mockRestore()
  })

  it('offers each output as a file of its type, and an image in full size', async () => {
    const saved: { name: string; type: string }[] = []
    const made = vi.spyOn(URL, 'createObjectURL')
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push({
        name: this.download,
        type: made.mock.calls.map(([blob]) => (blob as Blob).type).at(-1) ?? '',
      })
    })
    const element = await shown(
      stdout('text'),
      display({ 'text/html': '<b>b</b>' }),
      display({ 'image/png': dot }),
      display({ 'application/vnd.plotly.v1+json': { data: [] } }),
      display({ 'application/vnd.odd': 'x' }),
    )
    for (const button of element.querySelectorAll<HTMLButtonElement>('button[aria-label="Download output"]'))
      button.click()
    await until(() => saved.length === 5)
    expect(saved).toEqual([
      { name: 'output-of-cell-3.txt', type: 'text/plain' },
      { name: 'output-of-cell-3.html', type: 'text/html' },
      { name: 'output-of-cell-3.png', type: 'image/png' },
      { name: 'output-of-cell-3.json', type: 'application/json' },
      { name: 'output-of-cell-3.json', type: 'application/json' },
    ])
    click.mockRestore()
    made.mockRestore()

    element.querySelector<HTMLButtonElement>('.nb-zoom')?.click()
    const dialog = document.querySelector('dialog')
    expect(dialog?.open).toBe(true)
    expect(dialog?.querySelector('img')?.src).toBe(element.querySelector('img')?.src)
    dialog?.querySelector('button')?.click()
    await until(() => document.querySelector('dialog') === null)
  })
})
