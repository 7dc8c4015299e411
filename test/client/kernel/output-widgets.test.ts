// What ipywidgets' Output widgets capture, with as much of one as the page meets.
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { KernelPeer } from '../../../client/kernel/peer.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { readHead, readOutputs } from '../../../shared/notebook/document/read.ts'
import { RequestedTexts } from '../../../shared/notebook/document/requested-texts.ts'
import { readWidget, setWidgetState } from '../../../shared/notebook/document/widgets.ts'
import { cellId, type Leaf } from '../../../shared/notebook/notebook.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'
import { soon } from '../../support/soon.ts'
import { until } from '../../support/until.ts'
import { Session } from './session.ts'

const define = `
import comm, time
from IPython.display import display, clear_output, update_display, HTML
class Output:
    def __init__(self, name, **state):
        self.outputs = ()
        self.name = name
        state = {"_model_name": "OutputModel", "outputs": [], "msg_id": "", **state}
        self.comm = comm.create_comm(target_name="jupyter.widget", comm_id=name, data={"state": state})
        self.comm.on_msg(lambda message: self.__dict__.update(message["content"]["data"]["state"]))
    def set(self, **state):
        self.__dict__.update(state)
        self.comm.send({"method": "update", "state": state})
    def __enter__(self): self.set(msg_id="now")
    def __exit__(self, *_): self.set(msg_id="")
    def _repr_mimebundle_(self, **_):
        return {"application/vnd.jupyter.widget-view+json": {"model_id": self.name, "version_major": 2, "version_minor": 0}}
out, other = Output("out"), Output("other")
display(out, other)`

const session = new Session()
const doc = new Y.Doc()
const codes = [
  define,
  `
with out:
    first = display("one", display_id="place")
    print("beside")
    first.update("two")
    display("again", display_id="place")
display("main", display_id="place")`,
  'update_display(HTML("<b>three</b>"), display_id="place")',
  `
with out:
    clear_output(wait=True)
    display("new")
first.update("four")`,
  `
with other:
    for i in range(3): print(f"\\r{i} of 3", end="")
    print("a", end="\\r")
    print("b")`,
  `
with other: print("old")
time.sleep(0.2)
other.set(outputs=[], value=1)`,
  'print(other.outputs, other.value)',
]
const cells = codes.map((source, at) => plainCell(cellId(`c${at}`), 'code', source))
let peer: KernelPeer
beforeAll(() => {
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  const observer = new CellObserver(doc)
  peer = new KernelPeer({
    doc,
    observer,
    requestedTexts: new RequestedTexts(doc, observer),
    kernel: session.kernel,
    executor: 'kernel-1',
    person: () => ({ id: 'ana', name: 'Ana' }),
    keepBlob: () => undefined,
  })
})
afterAll(() => peer.destroy())

const run = async (at: number): Promise<void> => {
  const cell = cellId(`c${at}`)
  peer.run([cell])
  await until(
    () => !['queued', 'running', undefined].includes(readHead(doc, cell)?.status ?? undefined),
    60_000,
  )
  expect(readHead(doc, cell)?.status).toBe('done')
}

/** Texts and HTML of the widget's outputs. */
const shown = (widget: string): string[] =>
  ((readWidget(doc, widget)?.state['outputs'] ?? []) as { data?: Record<string, Leaf>; text?: string }[]).map(
    ({ data, text }) => [text ?? data?.['text/html'] ?? data?.['text/plain']].flat().join(''),
  )

const shows = (widget: string, outputs: readonly string[]) =>
  expect.poll(() => shown(widget), soon).toEqual(outputs)

test('an object shown by a display handle is replaced within a widget, also from another cell', async () => {
  await run(0)
  await run(1)
  await shows('out', ["'two'", 'beside\n', "'again'"])
  await run(2)
  await shows('out', ['<b>three</b>', 'beside\n', '<b>three</b>'])
  expect(JSON.stringify(readOutputs(doc, cellId('c1')))).toContain('<b>three</b>')
})

test('a handle whose output was cleared replaces no other', async () => {
  await run(3)
  await shows('out', ["'new'"])
})

test('a line that is written over stays one line', async () => {
  await run(4)
  await shows('other', ['b of 3a\n'])
})

test('what Python sets after it has printed stays, and what a person sets later than that', async () => {
  await run(5)
  setWidgetState(doc, 'other', { value: 2 }, 'widget')
  await run(6)
  expect(JSON.stringify(readOutputs(doc, cellId('c6')))).toContain('[] 2')
  await shows('other', [])
})
