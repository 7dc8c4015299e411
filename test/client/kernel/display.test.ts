import { afterAll, describe, expect, test } from 'vitest'
import { only, Session } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)

const shown = async (code: string) => only(await run(code), 'result')

describe('the last expression', () => {
  test('is shown unless it is None or followed by a semicolon', async () => {
    expect((await shown('1\n"two"')).data).toEqual({ 'text/plain': "'two'" })
    for (const code of ['None', '5;', '5 ; # quiet', 'x = 5', 'if True: 5', 'print']) {
      const { events } = await run(code)
      expect(events.filter((event) => event.type === 'result')).toHaveLength(code === 'print' ? 1 : 0)
    }
  })

  test('is shown in every representation it offers', async () => {
    const { data, metadata } = await shown(`
class Rich:
    def __repr__(self): return "plain"
    def _repr_html_(self): return "<b>html</b>"
    def _repr_markdown_(self): return "**md**"
    def _repr_svg_(self): return "<svg/>"
    def _repr_png_(self): return b"\\x89PNG", {"width": 10}
    def _repr_jpeg_(self): return b"\\xff\\xd8"
    def _repr_latex_(self): return "$x$"
    def _repr_json_(self): return {"a": [1, float("nan"), (2,)], 3: b"x"}
    def _repr_javascript_(self): return "1"
Rich()`)
    expect(data).toEqual({
      'text/plain': 'plain',
      'text/html': '<b>html</b>',
      'text/markdown': '**md**',
      'image/svg+xml': '<svg/>',
      'image/png': 'iVBORw==',
      'image/jpeg': '/9g=',
      'text/latex': '$x$',
      'application/json': { a: [1, null, [2]], 3: 'eA==' },
      'application/javascript': '1',
    })
    expect(metadata).toEqual({ 'image/png': { width: 10 } })
  })

  test('is shown with the MIME bundle it provides', async () => {
    const { data, metadata } = await shown(`
class Chart:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.vega.v5+json": {"marks": []}, "text/plain": "chart"}, {"k": 1}
    def _repr_html_(self): return None
Chart()`)
    expect(data).toEqual({ 'application/vnd.vega.v5+json': { marks: [] }, 'text/plain': 'chart' })
    expect(metadata).toEqual({ k: 1 })
  })

  test('can display itself with _ipython_display_', async () => {
    const ran = await run('class Own:\n    def _ipython_display_(self): print("own")\nOwn()')
    expect(ran).toMatchObject({ stdout: 'own\n', outcome: { status: 'done' } })
    expect(ran.events.every((event) => event.type === 'stream')).toBe(true)
  })

  test('reports a failing representation on stderr and shows the others', async () => {
    const ran = await run(
      'class Bad:\n    def _repr_html_(self): return 1 / 0\n    def __repr__(self): return "bad"\nBad()',
    )
    expect(ran.outcome).toEqual({ status: 'done' })
    expect(only(ran, 'result').data).toEqual({ 'text/plain': 'bad' })
    expect(ran.stderr).toContain('ZeroDivisionError')
  })

  test('is shown as plain text if it is a class or a mock', async () => {
    expect(Object.keys((await shown('class C:\n    def _repr_html_(self): return ""\nC')).data)).toEqual([
      'text/plain',
    ])
    expect(Object.keys((await shown('from unittest.mock import MagicMock\nMagicMock()')).data)).toEqual([
      'text/plain',
    ])
  })

  test('is truncated when large', async () => {
    const list = (await shown('list(range(10**7))')).data['text/plain'] as string
    expect(list).toMatch(/ 999,\n \.\.\.\]$/)
    expect(((await shown('"x" * 10**7')).data['text/plain'] as string).length).toBeLessThan(1_000_100)
    expect((await shown('{"b": 1, "a": 2}')).data).toEqual({ 'text/plain': "{'b': 1, 'a': 2}" })
  })
})

describe('display', () => {
  test('shows several objects in order', async () => {
    const { events } = await run(
      'from IPython.display import display, HTML, Markdown\ndisplay(HTML("<i>a</i>"), Markdown("*b*"), 3)',
    )
    expect(events.map((event) => (event.type === 'display' ? event.data : event))).toEqual([
      { 'text/html': '<i>a</i>', 'text/plain': '<IPython.core.display.HTML object>' },
      { 'text/markdown': '*b*', 'text/plain': '<IPython.core.display.Markdown object>' },
      { 'text/plain': '3' },
    ])
  })

  test('updates outputs by display id, also from a later cell', async () => {
    const { events } = await run(`
handle = display("one", display_id=True)
handle.update("two")
display("three", display_id="mine")
update_display("four", display_id="mine")`)
    const id = events[0]?.type === 'display' ? events[0].displayId : undefined
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(events).toEqual([
      { type: 'display', displayId: id, data: { 'text/plain': "'one'" }, metadata: {} },
      { type: 'update-display', displayId: id, data: { 'text/plain': "'two'" }, metadata: {} },
      { type: 'display', displayId: 'mine', data: { 'text/plain': "'three'" }, metadata: {} },
      { type: 'update-display', displayId: 'mine', data: { 'text/plain': "'four'" }, metadata: {} },
    ])
    const later = await run('handle.update("from the next cell")')
    expect(only(later, 'update-display').displayId).toBe(id)
  })

  test('an empty display is a place for what its handle shows later', async () => {
    const { events } = await run(
      'handle = display(display_id=True)\nhandle.update("shown")\ndisplay({}, raw=True)',
    )
    const id = events[0]?.type === 'display' ? events[0].displayId : undefined
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(events).toEqual([
      { type: 'display', displayId: id, data: {}, metadata: {} },
      { type: 'update-display', displayId: id, data: { 'text/plain': "'shown'" }, metadata: {} },
    ])
  })

  test('keeps clear_output in order with printed text', async () => {
    const { events } = await run('print("a")\nclear_output(wait=True)\nprint("b")\nclear_output()')
    expect(events.filter((event) => event.type !== 'stream')).toEqual([
      { type: 'clear', wait: true },
      { type: 'clear', wait: false },
    ])
    expect(events[0]).toEqual(expect.objectContaining({ type: 'stream' }))
    expect(events.at(-1)).toEqual({ type: 'clear', wait: false })
  })

  test('supports the usual IPython.display objects', async () => {
    const { events } = await run(`
from IPython.display import *
display(SVG("<svg/>"), Latex("$y$"), Math("y"), JSON({"a": 1}), Javascript("1"))
display(Image(b"\\xff\\xd8", width=5), Image(url="https://example.org/a.png", alt='"'))
display({"text/html": "raw"}, raw=True)`)
    const bundles = events.map((event) => (event.type === 'display' ? { ...event.data } : {}))
    const rich = bundles.map((bundle) =>
      Object.fromEntries(Object.entries(bundle).filter(([mime]) => mime !== 'text/plain')),
    )
    expect(rich).toEqual([
      { 'image/svg+xml': '<svg/>' },
      { 'text/latex': '$y$' },
      { 'text/latex': String.raw`$\displaystyle y$` },
      { 'application/json': { a: 1 } },
      { 'application/javascript': '1' },
      { 'image/jpeg': '/9g=' },
      { 'text/html': '<img src="https://example.org/a.png" alt="&quot;"/>' },
      { 'text/html': 'raw' },
    ])
    expect(events[5]).toMatchObject({ metadata: { 'image/jpeg': { width: 5 } } })
  })
})
