import { afterAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { KernelEvent } from '../../../client/kernel/kernel.ts'
import { KernelPeer } from '../../../client/kernel/peer.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { RequestedTexts } from '../../../shared/notebook/document/requested-texts.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { readHead, readNotebook, readOutputs } from '../../../shared/notebook/document/read.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'
import { until } from '../../support/until.ts'
import { only, Session } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)

const shows = (events: readonly KernelEvent[]) =>
  events.flatMap((event) => (event.type === 'display' || event.type === 'result' ? [event] : []))

/** One print may arrive in two pieces. */
const types = ({ events }: { readonly events: readonly KernelEvent[] }) =>
  events.map(({ type }) => type).filter((type, at, all) => type !== 'stream' || all[at - 1] !== 'stream')

/** Writes modules, given by path, where Python finds them. */
const install = (modules: Readonly<Record<string, string>>) =>
  run(`
import pathlib, sys
for path, source in ${JSON.stringify(modules)}.items():
    place = pathlib.Path("/lib/standins", path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(source)
    for folder in place.parents:
        if folder == pathlib.Path("/lib/standins"): break
        (folder / "__init__.py").touch()
if "/lib/standins" not in sys.path: sys.path.append("/lib/standins")
sys.path_importer_cache.clear()`)

// As much of matplotlib as its inline backend meets: settings, the registry of figures, the canvas, and pyplot, which
// loads the backend that the environment names with the first figure.
const matplotlib = {
  'matplotlib/__init__.py': `
import os
from . import colors
__version_info__ = (3, 10, 0)
rcParams = {}
def interactive(on): pass
def is_interactive(): return True
def get_backend(*, auto_select=True): return os.environ["MPLBACKEND"]`,
  'matplotlib/colors.py': 'def to_rgba(colour): return (1, 1, 1, 1)',
  'matplotlib/_pylab_helpers.py': `
class Gcf:
    figs = {}
    @classmethod
    def get_all_fig_managers(cls): return list(cls.figs.values())
    @classmethod
    def get_active(cls): return next(iter(cls.figs.values()), None)`,
  'matplotlib/backends/backend_agg.py': `
from types import SimpleNamespace
class FigureCanvasAgg:
    def __init__(self, figure): self.figure, figure.canvas = figure, self
    def print_figure(self, stream, *, format, dpi, facecolor, edgecolor, bbox_inches):
        size = int(6.4 * dpi).to_bytes(4) + int(4.8 * dpi).to_bytes(4)
        words = f"{format} {len(self.figure.axes)} {facecolor} {bbox_inches}".encode()
        stream.write(words if format == "svg" else b"\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR" + size + words)
def new_figure_manager_given_figure(number, figure): return SimpleNamespace(canvas=FigureCanvasAgg(figure))`,
  'matplotlib/figure.py': `
class Figure:
    dpi = 100
    lines = []
    def __init__(self): self.axes, self.canvas = [], None
    def get_facecolor(self): return "white"
    get_edgecolor = get_facecolor
    def __repr__(self): return f"<Figure size 640x480 with {len(self.axes)} Axes>"`,
  'matplotlib/pyplot.py': `
import importlib, os
from ._pylab_helpers import Gcf
from .figure import Figure
backend = None
def switch_backend(name):
    global backend
    backend = importlib.import_module(name.removeprefix("module://"))
def draw_if_interactive(): pass
def subplots():
    if backend is None: switch_backend(os.environ["MPLBACKEND"])
    figure = Figure()
    Gcf.figs[len(Gcf.figs)] = backend.new_figure_manager_given_figure(len(Gcf.figs), figure)
    figure.axes.append("axes")
    return figure, "axes"
def show(): backend.show()
def close(which): Gcf.figs.clear()`,
}

test('figures are shown once, at the end of the cell that drew them, and are closed', async () => {
  await install(matplotlib)
  const drawn = await run('import matplotlib.pyplot as plt\nplt.subplots()\nplt.subplots()\nprint("drawn")')
  expect(types(drawn)).toEqual(['stream', 'display', 'display'])
  const [first] = shows(drawn.events)
  expect(first?.data['text/plain']).toBe('<Figure size 640x480 with 1 Axes>')
  expect(atob(String(first?.data['image/png']))).toContain('png 1 white tight')
  expect(types(await run('1'))).toEqual(['result'])

  const shown = await run('plt.subplots()\nplt.show()\nprint("after")')
  expect(types(shown)).toEqual(['display', 'stream'])
  const last = await run('figure, axes = plt.subplots()\nfigure')
  expect(types(last)).toEqual(['result', 'display'])
  expect(types(await run('display(figure)'))).toEqual(['display'])
  const failed = await run('plt.subplots()\n1 / 0')
  expect(failed.outcome).toEqual({ status: 'error' })
  expect(types(failed)).toEqual(['error', 'display'])

  const both = await run(`
from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats("svg", "retina")
plt.subplots()
None`)
  const [event] = shows(both.events)
  expect(event?.data['image/svg+xml']).toBe('svg 1 white tight')
  expect(event?.metadata).toEqual({ 'image/png': { width: 640, height: 480 } })
  const wrong = await run('set_matplotlib_formats("gif")')
  expect(only(wrong, 'error').evalue).toContain("not 'gif'")
  await run('set_matplotlib_formats("png")')
})

test('altair and plotly charts are output as JSON specifications', async () => {
  await install({
    // As in altair 5: the active renderer decides how a chart is shown.
    'altair/__init__.py': `
class renderers:
    active = "html"
    @classmethod
    def enable(cls, name): cls.active = name`,
    'altair/vegalite/v5/api.py': `
class TopLevelMixin:
    def _repr_mimebundle_(self, *_, **__):
        from altair import renderers
        if renderers.active == "mimetype": return {"application/vnd.vegalite.v6+json": self.to_dict()}
        return {"text/html": "<script src='https://cdn.example/vega'></script>"}
class Chart(TopLevelMixin):
    def to_dict(self): return {"$schema": "https://vega.github.io/schema/vega-lite/v6.1.0.json", "mark": "bar"}
    def __repr__(self): return "alt.Chart(...)"`,
    'plotly/basedatatypes.py': `
class BaseFigure:
    def to_json(self): return '{"data": [{"y": [1, 2]}], "layout": {}}'
    def _ipython_display_(self):
        from .io import _renderers
        _renderers.show(self)
    def _repr_html_(self): return "<script src='https://cdn.example/plotly'></script>"
    def __repr__(self): return "Figure(...)"
    show = _ipython_display_`,
    // As in plotly.py 6: `show` checks for nbformat and for the available renderers.
    'plotly/io/_renderers.py': `
import os
nbformat = None
def show(figure):
    assert os.environ["PLOTLY_RENDERER"] == "plotly_mimetype"
    from IPython import display as ipython_display
    import json
    if not nbformat or nbformat.__version__ < "4.2.0":
        raise ValueError("Mime type rendering requires nbformat>=4.2.0 but it is not installed")
    ipython_display.display({"application/vnd.plotly.v1+json": json.loads(figure.to_json())}, raw=True)`,
  })
  const chart = only(await run('from altair.vegalite.v5.api import Chart\nChart()'), 'result')
  expect(chart.data).toEqual({
    'application/vnd.vegalite.v6+json': {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.1.0.json',
      mark: 'bar',
    },
    'text/plain': 'alt.Chart(...)',
  })
  const figure = { data: [{ y: [1, 2] }], layout: {} }
  for (const code of ['from plotly.basedatatypes import BaseFigure\nBaseFigure()', 'BaseFigure().show()'])
    expect(only(await run(code), 'display').data).toEqual({ 'application/vnd.plotly.v1+json': figure })
  expect((await run('import nbformat')).outcome).toEqual({ status: 'error' })
})

test('audio, video and embedded pages are displayed as HTML', async () => {
  const { events, stderr } = await run(`
from IPython.display import Audio, Video, IFrame, YouTubeVideo, Code, display_html
from IPython.core.display import HTML
pathlib.Path("film.mp4").write_bytes(b"film")
display(Audio([0, 0.5, -1], rate=8000), Audio(b"ID3", autoplay=True))
display(Video("film.mp4", width=20), Video("https://example.org/a.mp4"), YouTubeVideo("xyz", start=5))
display(Code("x = 1"))
display_html(HTML("<b>b</b>"))`)
  expect(stderr).toBe('')
  const html = shows(events).map(({ data }) => String(data['text/html']))
  const wav = atob(/base64,([^"]+)/.exec(html[0] ?? '')?.[1] ?? '')
  const samples = new DataView(Uint8Array.from(wav, (c) => c.charCodeAt(0)).buffer)
  expect([0, 1, 2].map((n) => samples.getInt16(44 + 2 * n, true))).toEqual([0, 16383, -32767])
  expect(samples.getUint32(24, true)).toBe(8000)
  expect(html[1]).toMatch(
    /<audio +controls="controls" autoplay="autoplay">\s+<source src="data:audio\/wav;base64,SUQz"/,
  )
  expect(html[2]).toMatch(/^<video src="film.mp4" controls +width="20"/)
  expect(html[3]).toMatch(/^<video src="https:\/\/example.org\/a.mp4" controls/)
  expect(html[4]).toContain('src="https://www.youtube.com/embed/xyz?start=5"')
  expect(html[5]).toContain('class="highlight"')
  expect(html[6]).toBe('<b>b</b>')
})

test('a widget’s comm sends messages with buffers, and receives messages between cells', async () => {
  const opened = await run(`
import comm
heard = []
line = comm.create_comm(target_name="jupyter.widget", comm_id="model", metadata={"version": "2.1.0"},
    data={"state": {"value": 1, "list": [None], "_esm": "export default {}"}, "buffer_paths": [["bytes"], ["list", 0]]},
    buffers=[b"ab", memoryview(b"c")])
line.on_msg(lambda msg: (heard.append((msg["content"]["data"], [bytes(b) for b in msg["buffers"]])), print("heard")))
line.send({"method": "update", "state": {"value": float("nan")}, "buffer_paths": []})
line.send({"method": "custom", "content": "hi"}, buffers=[b"xyz"])`)
  expect(opened.outcome).toEqual({ status: 'done' })
  const comms = opened.events.map((event) => (event.type === 'comm' ? event : null))
  expect(comms[0]).toMatchObject({
    what: 'open',
    comm: 'model',
    target: 'jupyter.widget',
    data: { state: { value: 1, bytes: { $buffer: btoa('ab') }, list: [{ $buffer: btoa('c') }] } },
    buffers: [],
  })
  expect(comms[1]).toMatchObject({ what: 'message', data: { method: 'update', state: { value: null } } })
  expect(comms[2]).toMatchObject({ data: { method: 'custom', content: 'hi' }, buffers: [btoa('xyz')] })

  const state = { value: 7, bytes: { $buffer: btoa('new') } }
  session.kernel.comm({ comm: 'model', data: { method: 'update', state }, buffers: [] })
  session.kernel.comm({ comm: 'nobody', data: { method: 'update', state }, buffers: [] })
  session.kernel.comm({
    comm: 'model',
    data: { method: 'custom', content: { a: [1] } },
    buffers: [btoa('q')],
  })
  const { data } = only(await run('line.close()\nheard'), 'result')
  expect(data['text/plain']).toBe(
    `[({'method': 'update', 'state': {'value': 7}, 'buffer_paths': [['bytes']]},\n  [b'new']),\n` +
      ` ({'method': 'custom', 'content': {'a': [1]}}, [b'q'])]`,
  )
  const raised = await run(
    'other = comm.create_comm(comm_id="other")\nother.on_msg(lambda msg: 1 / 0)\ncomm.get_comm_manager().get_comm("other") is other',
  )
  expect(only(raised, 'result').data['text/plain']).toBe('True')
})

test(
  'a document keeps the first and last of a million lines, and one line of a progress bar',
  {
    timeout: 180_000,
  },
  async () => {
    const doc = new Y.Doc()
    const [flood, bar] = [cellId('flood'), cellId('bar')]
    const cells = [
      plainCell(flood, 'code', 'for i in range(1_000_000): print(i)'),
      plainCell(
        bar,
        'code',
        'for i in range(100_000): print(f"\\r{i}: " + "#" * 40, end="")\nprint("\\nover")',
      ),
    ]
    Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
    let [written, largest] = [0, 0]
    doc.on('update', (update: Uint8Array) => {
      written += update.length
      largest = Math.max(largest, update.length)
    })
    const observer = new CellObserver(doc)
    const peer = new KernelPeer({
      doc,
      observer,
      requestedTexts: new RequestedTexts(doc, observer),
      kernel: session.kernel,
      executor: 'kernel-1',
      person: () => ({ id: 'ana', name: 'Ana' }),
      keepBlob: () => undefined,
    })
    peer.run([flood, bar])
    await until(() => readHead(doc, flood)?.status === 'done', 60_000)
    const [output, ...more] = readOutputs(doc, flood)
    if (!output?.live) throw new Error('no stream')
    const { text } = output.stream
    expect(more).toEqual([])
    expect(text.length).toBeLessThan(1_010_000)
    expect(text.startsWith('0\n1\n2\n')).toBe(true)
    expect(text.endsWith('\n999998\n999999\n')).toBe(true)
    // Every character is shown or counted as left out; notes left out by other notes are within the margin.
    const everyCharacter = 6_888_890
    const notes = [...text.matchAll(/\n?[^\n]*(?:left out|the end of the output)[^\n]*\n/g)].map(
      ([note]) => note,
    )
    const leftOut = notes.map((note) =>
      Number(/([\d,]+) characters left out/.exec(note)?.[1]?.replaceAll(',', '') ?? 0),
    )
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
    const shownCharacters = text.length - sum(notes.map((note) => note.length))
    expect(Math.abs(shownCharacters + sum(leftOut) - everyCharacter)).toBeLessThan(300)

    await until(() => readHead(doc, bar)?.status === 'done', 60_000)
    const [line] = readOutputs(doc, bar)
    expect(line).toMatchObject({ stream: { text: `99999: ${'#'.repeat(40)}\nover\n` } })
    // In the file, each short line is a string of its own.
    expect(formatNotebook(readNotebook(doc)).length).toBeLessThan(3_500_000)
    expect(Y.encodeStateAsUpdate(doc).length).toBeLessThan(1_300_000)
    // What the relay stores in total, and the most that a page receives at once.
    expect(written).toBeLessThan(3_000_000)
    expect(largest).toBeLessThan(1_000_000)
    observer.dispose()
  },
)
