import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { cellId, type Leaf } from '../../../shared/notebook/notebook.ts'
import { displayLeaf } from '../../../shared/notebook/output/output.ts'
import { readNotebook } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { widgetStateMime } from '../../../shared/notebook/document/saved-widgets.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import {
  updateWidget,
  observeWidgets,
  putWidget,
  readWidget,
  sendToWidget,
  setWidgetState,
  shownModels,
  shownState,
  sweepWidgets,
  viewedWidgets,
  widgetViewMime,
  type WidgetChange,
} from '../../../shared/notebook/document/widgets.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const code = cellId('code')
const view = (model: string): Leaf =>
  displayLeaf({ 'application/vnd.jupyter.widget-view+json': { model_id: model, version_major: 2 } })
const slider = { kernel: 'kernel-1', state: { value: 1, _esm: 'export default {}', range: [0, 10] } }

const setup = (): Replicas => {
  const replicas = new Replicas(plainNotebook([plainCell('code', 'code', 'w')]), 2)
  putWidget(replicas.get(0), 'm', slider, 'kernel')
  replicas.sync()
  return replicas
}
const runShowing = (doc: Y.Doc, id: string, ...models: string[]): void => {
  const request = { id, by: 'Ana', to: 'kernel-1', at: 1, saw: null }
  const writer = startRun(doc, code, { request, executor: 'kernel-1', at: 1, count: 1 }, 'kernel')
  for (const model of models) writer?.output(view(model))
}

describe('widgets in the document', () => {
  test('are changed for everyone, and changes of different keys by two people both count', () => {
    const replicas = setup()
    const [ana, ben] = [replicas.get(0), replicas.get(1)]
    const heard: [WidgetChange, unknown][] = []
    observeWidgets(ben, (change, origin) => heard.push([change, origin]))
    updateWidget(ana, 'm', { value: 5 })
    updateWidget(ben, 'm', { range: [0, 20] })
    replicas.sync()
    for (const doc of replicas.docs)
      expect(readWidget(doc, 'm')).toEqual({
        kernel: 'kernel-1',
        state: { ...slider.state, value: 5, range: [0, 20] },
      })
    expect(heard).toEqual([
      [{ id: 'm', state: { range: [0, 20] }, messages: [] }, 'widget'],
      [{ id: 'm', state: { value: 5 }, messages: [] }, 'remote'],
    ])
    // Writing equal values writes nothing.
    const before = Y.encodeStateAsUpdate(ana)
    updateWidget(ana, 'm', { value: 5, range: [0, 20] })
    expect(Y.encodeStateAsUpdate(ana)).toEqual(before)
  })

  test('let people change values but not the model itself, which Python can', () => {
    const doc = setup().get(0)
    updateWidget(doc, 'm', { _esm: 'evil()', _model_name: 'Other', unheard: 1, value: 2, _own: 3 })
    expect(readWidget(doc, 'm')?.state).toEqual({ ...slider.state, value: 2 })
    setWidgetState(doc, 'm', { _own: 0 }, 'kernel')
    updateWidget(doc, 'm', { _own: 3 })
    expect(readWidget(doc, 'm')?.state['_own']).toBe(3)
    updateWidget(doc, 'gone', { value: 2 })
    expect(readWidget(doc, 'gone')).toBe(null)
    setWidgetState(doc, 'm', { _esm: 'export default 2', unheard: 1 }, 'kernel')
    expect(readWidget(doc, 'm')?.state).toMatchObject({ _esm: 'export default 2', unheard: 1 })
    expect(setWidgetState(doc, 'm', { value: 3, huge: 'x'.repeat(9_000_000) }, 'kernel')).toEqual(['huge'])
    expect(readWidget(doc, 'm')?.state).toMatchObject({ value: 3 })
  })

  test('are neither part of undo nor of the file', () => {
    const doc = setup().get(0)
    const undo = new Undo(doc)
    const file = readNotebook(doc)
    updateWidget(doc, 'm', { value: 9 })
    undo.undo()
    expect(readWidget(doc, 'm')?.state['value']).toBe(9)
    expect(readNotebook(doc)).toEqual(file)
  })

  test('deliver messages to those who are connected, and keep only the last ones', () => {
    const replicas = setup()
    const [ana, ben] = [replicas.get(0), replicas.get(1)]
    const heard: unknown[] = []
    observeWidgets(ben, ({ messages }) => heard.push(...messages))
    const message = { to: 'views', content: { clicked: true }, buffers: ['YQ=='] } as const
    sendToWidget(ana, 'm', message, 'kernel')
    replicas.sync()
    expect(heard).toEqual([message])
    const empty = Y.encodeStateAsUpdate(ana).length
    for (let n = 0; n < 2_000; n++)
      sendToWidget(ana, 'm', { to: 'kernel', content: n, buffers: [] }, 'widget')
    expect(Y.encodeStateAsUpdate(ana).length - empty).toBeLessThan(5_000)
    sendToWidget(ana, 'm', { to: 'kernel', content: 'x'.repeat(9_000_000), buffers: [] }, 'widget')
    expect(Y.encodeStateAsUpdate(ana).length - empty).toBeLessThan(5_000)
  })

  test('leave little behind after ten thousand moves of a slider', () => {
    const doc = setup().get(0)
    const before = Y.encodeStateAsUpdate(doc).length
    for (let n = 0; n < 10_000; n++) updateWidget(doc, 'm', { value: n / 7 })
    expect(Y.encodeStateAsUpdate(doc).length - before).toBeLessThan(1_000)
  })

  test('are removed when no output shows them, directly or through another model', () => {
    const doc = setup().get(0)
    const box = { kernel: 'k', state: { children: ['IPY_MODEL_inner', { deep: 'IPY_MODEL_m' }] } }
    putWidget(doc, 'box', box, 'kernel')
    putWidget(doc, 'inner', { kernel: 'k', state: { back: 'IPY_MODEL_box' } }, 'kernel')
    putWidget(doc, 'old', { kernel: 'k', state: {} }, 'kernel')
    const there = (): string[] => ['m', 'box', 'inner', 'old'].filter((id) => readWidget(doc, id) !== null)
    runShowing(doc, 'r1', 'box')
    sweepWidgets(doc, 'kernel')
    expect(there()).toEqual(['m', 'box', 'inner'])
    expect([...viewedWidgets(doc)]).toEqual(['box'])
    runShowing(doc, 'r2')
    sweepWidgets(doc, 'kernel')
    expect(there()).toEqual([])
  })

  test('cost a notebook of hundreds no more than a look at each', () => {
    const doc = setup().get(0)
    const ids = Array.from({ length: 400 }, (_, n) => `slider${n}`)
    const state = Object.fromEntries(ids.slice(0, 20).map((key) => [key, 1]))
    for (const id of ids) {
      const refers = { ...state, layout: `IPY_MODEL_${id} layout`, style: `IPY_MODEL_${id} style` }
      putWidget(doc, id, { kernel: 'k', state: refers }, 'kernel')
      for (const part of ['layout', 'style'])
        putWidget(doc, `${id} ${part}`, { kernel: 'k', state }, 'kernel')
    }
    runShowing(doc, 'r', ...ids)
    const before = process.cpuUsage()
    sweepWidgets(doc, 'kernel')
    const { user } = process.cpuUsage(before)
    expect(ids.every((id) => readWidget(doc, `${id} style`) !== null)).toBe(true)
    // It took seconds when each was looked for among all.
    expect(user / 1_000).toBeLessThan(1_500)
  })

  test('are read without throwing, whatever a peer wrote', () => {
    const doc = setup().get(0)
    const widgets = doc.getMap<unknown>('widgets')
    const odd = new Y.Map<unknown>()
    const heard: WidgetChange[] = []
    observeWidgets(doc, (change) => heard.push(change))
    widgets.set('text', 'no map')
    widgets.set('odd', odd)
    odd.set('state', 7)
    odd.set('messages', 'none')
    updateWidget(doc, 'odd', { a: 1 })
    sendToWidget(doc, 'odd', { to: 'kernel', content: 1, buffers: [] }, 'widget')
    expect(readWidget(doc, 'text')).toBe(null)
    expect(readWidget(doc, 'odd')).toBe(null)
    const messages = (widgets.get('m') as Y.Map<unknown>).get('messages') as Y.Array<unknown>
    messages.push([null, 7, { to: 'everyone' }, { to: 'views' }, { to: 'kernel', buffers: [1, 'YQ=='] }])
    expect(heard.flatMap(({ messages }) => messages)).toEqual([
      { to: 'views', content: null, buffers: [] },
      { to: 'kernel', content: null, buffers: ['YQ=='] },
    ])
    const state = (widgets.get('m') as Y.Map<unknown>).get('state') as Y.Map<unknown>
    state.set('nested', new Y.Map())
    expect(readWidget(doc, 'm')?.state).toEqual(slider.state)
    putWidget(
      doc,
      'loop',
      { kernel: 'k', state: { self: 'IPY_MODEL_loop', none: 'IPY_MODEL_none' } },
      'kernel',
    )
    runShowing(doc, 'r', 'loop', '__proto__')
    sweepWidgets(doc, 'kernel')
    expect(readWidget(doc, 'loop')).not.toBe(null)
    expect(readWidget(doc, 'odd')).toBe(null)
  })
})

describe('widgets of a file', () => {
  const model = (name: string, state: object) => {
    const [module, version] = ['@jupyter-widgets/controls', '2.0.0']
    return {
      model_module: module,
      model_module_version: version,
      model_name: `${name}Model`,
      state: { _model_module: module, _model_module_version: version, _model_name: `${name}Model`, ...state },
    }
  }

  const saved = JSON.stringify(
    {
      cells: [
        {
          cell_type: 'code',
          execution_count: 1,
          id: 'a',
          metadata: {},
          outputs: [
            {
              data: { [widgetViewMime]: { model_id: 'box', version_major: 2, version_minor: 0 } },
              metadata: {},
              output_type: 'display_data',
            },
          ],
          source: ['box'],
        },
      ],
      metadata: {
        widgets: {
          [widgetStateMime]: {
            state: {
              box: model('VBox', { children: ['IPY_MODEL_slider', 'IPY_MODEL_picture'] }),
              gone: model('Text', {}),
              picture: {
                buffers: [{ data: 'QUJD', encoding: 'base64', path: ['value'] }],
                ...model('Image', { format: 'png' }),
              },
              slider: model('FloatSlider', { max: 10, value: 2.5 }),
            },
            version_major: 2,
            version_minor: 0,
          },
        },
      },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  ).concat('\n')
  test('are shown from its metadata, written back byte for byte, and updated when changed', () => {
    const doc = new Y.Doc()
    const read = parseNotebook(saved)
    if (!read.ok) throw new Error(read.reason)
    Y.applyUpdate(doc, importNotebook(read.notebook, 'x'))
    expect(shownState(doc, 'slider')).toMatchObject({ value: 2.5, _model_name: 'FloatSliderModel' })
    expect(shownState(doc, 'picture')).toMatchObject({ value: { $buffer: 'QUJD' }, format: 'png' })
    expect([...shownModels(doc, 'box').keys()].sort()).toEqual(['box', 'picture', 'slider'])
    expect(formatNotebook(readNotebook(doc))).toBe(saved)

    updateWidget(doc, 'slider', { value: 7, _model_name: 'Stolen', unknown: 1 })
    const written = formatNotebook(readNotebook(doc))
    // A model that no output shows is left out, as after a run that removed its output.
    const [start, end] = [saved.indexOf('     "gone"'), saved.indexOf('     "picture"')]
    expect(written).toBe((saved.slice(0, start) + saved.slice(end)).replace('"value": 2.5', '"value": 7'))
  })
})
