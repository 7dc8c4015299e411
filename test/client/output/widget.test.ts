import * as Y from 'yjs'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import '../../../client/elements/nb-output.ts'
import type { NbOutput } from '../../../client/elements/nb-output.ts'
import { OutputHosts } from '../../../client/output/hosts.ts'
import { documentWidgets } from '../../../client/document/widgets.ts'
import type { Leaf, Leaves } from '../../../shared/notebook/notebook.ts'
import { displayLeaf, shownLeaf, type MimeBundle } from '../../../shared/notebook/output/output.ts'
import { widgetMetadata, widgetStateMime } from '../../../shared/notebook/document/saved-widgets.ts'
import {
  observeWidgets,
  putWidget,
  readWidget,
  sendToWidget,
  setWidgetState,
  shownModels,
  type WidgetMessage,
} from '../../../shared/notebook/document/widgets.ts'

/** A front end that reports what happens to it and does what the test tells it. */
const talking = `
const say = (...said) => parent.postMessage({ said }, '*')
export default {
  initialize({ model }) { say('initialize', model.get('value')) },
  render({ model, el, experimental }) {
    el.innerHTML = '<b class="marked">x</b>'
    say('render', model.get('value'), model.get('bytes')?.getUint8(0), getComputedStyle(el.firstChild).paddingTop)
    model.on('change:value', (_, value) => say('change', value))
    model.on('msg:custom', (content, buffers) => say('message', content, buffers.map((b) => b.byteLength)))
    addEventListener('message', ({ data }) => {
      for (const value of data.set ?? []) { model.set('value', value); model.save_changes() }
      if (data.steal) { model.set('_esm', 'stolen'); model.set('other', 1); model.save_changes() }
      if (data.invoke) experimental.invoke(data.invoke, { a: 1 }).then(([answer]) => say('answer', answer))
      if (data.send) model.send(data.send, undefined, [new Uint8Array([1, 2, 3])])
    })
  },
}`
const state: Leaves = {
  value: 1,
  bytes: { $buffer: btoa('A') },
  _esm: talking,
  _css: '.marked { padding-top: 7px }',
}
const model: MimeBundle = {
  'application/vnd.jupyter.widget-view+json': { model_id: 'm', version_major: 2, version_minor: 0 },
  'text/plain': 'Slider(value=1)',
}

/** Two replicas that exchange updates at once. */
const pair = (): readonly [Y.Doc, Y.Doc] => {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  for (const [from, to] of [docs, [...docs].reverse() as [Y.Doc, Y.Doc]])
    from.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') Y.applyUpdate(to, update, 'remote')
    })
  return docs
}

const shown = (doc: Y.Doc, data: MimeBundle = model): NbOutput => {
  const element = document.createElement('nb-output')
  element.widgets = documentWidgets({ doc, runnable: true })
  element.outputs = [shownLeaf(displayLeaf(data))]
  document.body.append(element)
  return element
}

const stops: (() => void)[] = []
/** What each frame says, by the output that it belongs to. */
const hearing = (): ((element: NbOutput) => unknown[][]) => {
  const all: { readonly from: unknown; readonly said: unknown[] }[] = []
  const listener = ({ source, data }: MessageEvent<{ said?: unknown[] } | null>): void =>
    void (data?.said && all.push({ from: source, said: data.said }))
  window.addEventListener('message', listener)
  stops.push(() => window.removeEventListener('message', listener))
  return (element) =>
    all.filter(({ from }) => from === element.querySelector('iframe')?.contentWindow).map(({ said }) => said)
}
const tell = (element: NbOutput, message: object): void =>
  element.querySelector('iframe')?.contentWindow?.postMessage(message, '*')

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  document.body.replaceChildren()
})

describe('a widget', () => {
  it('has the same state for everyone who looks at it', async () => {
    const said = hearing()
    const [ana, ben] = pair()
    putWidget(ana, 'm', { kernel: 'k', state }, 'kernel')
    const [hers, his] = [shown(ana), shown(ben)]
    await until(() => [hers, his].every((element) => said(element).length === 2))
    expect(said(his)).toEqual([
      ['initialize', 1],
      ['render', 1, 65, '7px'],
    ])

    let writes = 0
    stops.push(observeWidgets(ben, () => writes++))
    const values = Array.from({ length: 500 }, (_, n) => n + 2)
    const began = performance.now()
    tell(his, { set: values })
    await until(() => said(hers).some(([what, value]) => what === 'change' && value === 501))
    expect(readWidget(ana, 'm')?.state['value']).toBe(501)
    // About one write per 50 ms, however long they took to arrive.
    expect(writes).toBeLessThan(Math.min(250, Math.max(20, (performance.now() - began) / 50 + 3)))
    // His front end is notified once of each of his changes, which his earlier writes never revert.
    expect(
      said(his)
        .filter(([what]) => what === 'change')
        .map(([, value]) => value),
    ).toEqual(values)

    // A change by Python reaches everyone.
    setWidgetState(ana, 'm', { value: -3 }, 'kernel')
    await until(() => [hers, his].every((element) => said(element).at(-1)?.[1] === -3))
    tell(his, { steal: true, set: [8] })
    await until(() => readWidget(ana, 'm')?.state['value'] === 8)
    expect(readWidget(ana, 'm')?.state).toEqual({ ...state, value: 8 })
  })

  it('exchanges messages with its Python half', async () => {
    const said = hearing()
    const [ana, ben] = pair()
    putWidget(ana, 'm', { kernel: 'k', state }, 'kernel')
    const his = shown(ben)
    await until(() => said(his).length === 2)
    const heard: WidgetMessage[] = []
    stops.push(
      observeWidgets(ana, ({ messages }) => heard.push(...messages.filter(({ to }) => to === 'kernel'))),
    )
    tell(his, { send: { clicked: 1 } })
    await until(() => heard.length > 0)
    expect(heard).toEqual([{ to: 'kernel', content: { clicked: 1 }, buffers: [btoa('\u0001\u0002\u0003')] }])
    sendToWidget(ana, 'm', { to: 'views', content: ['hi'], buffers: [btoa('four')] }, 'kernel')
    await until(() => said(his).some(([what]) => what === 'message'))
    expect(said(his).at(-1)).toEqual(['message', ['hi'], [4]])

    tell(his, { invoke: 'add' })
    await until(() => heard.length > 1)
    const call = heard[1]?.content as { id: string }
    expect(call).toMatchObject({ kind: 'anywidget-command', name: 'add', msg: { a: 1 } })
    const answer = { id: call.id, kind: 'anywidget-command-response', response: 2 }
    sendToWidget(ana, 'm', { to: 'views', content: answer, buffers: [] }, 'kernel')
    await until(() => said(his).some(([what, response]) => what === 'answer' && response === 2))
  })

  it('is shown as text until its model arrives, and if its front end is unavailable', async () => {
    const said = hearing()
    const doc = new Y.Doc()
    const element = shown(doc)
    await element.updateComplete
    expect(element.textContent).toContain('Slider(value=1)')
    expect(element.textContent).toContain('Run the cell again')
    putWidget(doc, 'm', { kernel: 'k', state: { _model_module: 'ipyvolume' } }, 'kernel')
    expect(element.textContent).toContain('Widgets of ipyvolume cannot be shown here')
    expect(element.querySelector('iframe')).toBeNull()
    // If hosts can be allowed, the front end is loaded from one.
    const loading = shown(doc)
    loading.hosts = new OutputHosts(() => null)
    await until(() => loading.querySelector('.nb-notice')?.textContent?.includes('from cdn.jsdelivr.net'))
    setWidgetState(doc, 'm', state, 'kernel')
    await until(() => said(element).length === 2)
    expect(element.textContent).not.toContain('Slider')
  })

  it('of ipywidgets is restored from the file with all its parts, and moves for everyone', async () => {
    const said = hearing()
    const [ana, ben] = pair()
    const widget = (module: string, name: string, fields: object = {}): Leaf => ({
      model_module: `@jupyter-widgets/${module}`,
      model_module_version: '2.0.0',
      model_name: `${name}Model`,
      state: {
        _model_module: `@jupyter-widgets/${module}`,
        _view_module: `@jupyter-widgets/${module}`,
        _view_name: `${name}View`,
        ...fields,
      },
    })
    const inside = `export default { render({ model, el }) {
      addEventListener('message', ({ data }) => { if (data.drag !== undefined) {
        const handle = document.querySelector('input[type=number], .noUi-handle')
        handle.focus()
        handle.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
      } })
      const say = () => parent.postMessage({ said: [
        document.querySelector('.widget-readout')?.textContent, document.querySelector('.progress-bar')?.style.width,
        document.querySelector('.nb-widget-output > pre')?.textContent, model.get('bytes').getUint8(0),
        document.querySelector('.nb-widget-output > div:last-child')?.textContent,
        ...['strong', 'mjx-container', 'details', '.nb-widget-output svg.marks', '.widget-label mjx-container']
          .map((each) => document.querySelectorAll(each).length),
      ] }, '*')
      setInterval(say, 20)
    } }`
    const chart = {
      data: { values: [{ a: 1 }] },
      mark: 'bar',
      encoding: { x: { field: 'a', type: 'nominal' } },
    }
    const models: Leaves = {
      m: widget('controls', 'VBox', {
        children: ['IPY_MODEL_label', 'IPY_MODEL_slider', 'IPY_MODEL_bar', 'IPY_MODEL_out', 'IPY_MODEL_any'],
      }),
      label: widget('controls', 'Label', { value: 'of $\\beta$' }),
      slider: widget('controls', 'IntSlider', { value: 30, max: 100, step: 1, description: 'Speed' }),
      bar: widget('controls', 'IntProgress', { value: 10, max: 100, _view_name: 'ProgressView' }),
      link: widget('controls', 'Link', {
        source: ['IPY_MODEL_slider', 'value'],
        target: ['IPY_MODEL_bar', 'value'],
      }),
      out: widget('output', 'Output', {
        outputs: [
          { output_type: 'stream', name: 'stdout', text: 'inside' },
          displayLeaf({ 'text/markdown': '**bold** $x^2$', 'text/plain': 'not this' }),
          displayLeaf({ 'text/latex': 'words and $y$' }),
          displayLeaf({ 'application/json': { a: 1 } }),
          displayLeaf({ 'application/vnd.vegalite.v5+json': chart }),
          displayLeaf({ 'application/javascript': "element.append('by a script')" }),
        ],
      }),
      any: {
        model_module: 'anywidget',
        model_module_version: '1',
        model_name: 'AnyModel',
        state: {
          _esm: inside,
          _model_module: 'anywidget',
          _model_name: 'AnyModel',
          _view_module: 'anywidget',
          _view_name: 'AnyView',
        },
        buffers: [{ data: btoa('A'), encoding: 'base64', path: ['bytes'] }],
      },
      unused: widget('controls', 'Text'),
    }
    const metadata: Leaf = { [widgetStateMime]: { state: models, version_major: 2, version_minor: 0 } }
    ana.getMap('nbmeta').set('widgets', metadata)
    const [hers, his] = [shown(ana), shown(ben)]
    const all = ['30', '30%', 'inside', 65, 'by a script', 1, 3, 1, 1, 1]
    await until(() => [hers, his].every((element) => said(element).at(-1)?.join() === all.join()), 40_000)

    tell(his, { drag: 1 })
    await until(() => said(hers).at(-1)?.[1] === '31%' && said(hers).at(-1)?.[0] === '31')
    expect(readWidget(ana, 'slider')?.state).toMatchObject({ value: 31, description: 'Speed' })
    expect(readWidget(ana, 'unused')).toBeNull()
    // As JupyterLab writes it, with bytes apart, and with the new value of the slider.
    const written = widgetMetadata(shownModels(ana, 'm')) as {
      [widgetStateMime]: { state: Record<string, { state: object }> }
    }
    const { state: file } = written[widgetStateMime]
    expect(Object.keys(file).sort()).toEqual(['any', 'bar', 'label', 'link', 'm', 'out', 'slider'])
    expect(file['any']).toEqual({
      ...(models['any'] as object),
      state: { ...(models['any'] as { state: object }).state, _model_module_version: '1' },
    })
    expect(file['slider']?.state).toMatchObject({ value: 31 })
  })
})
