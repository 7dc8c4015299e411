// Runs inside the output frame: shows one output that may hold scripts. It refuses to show anything unless the
// response header took its origin away (a server without that header must not turn outputs into page code).

import { chart, type Draw } from './charts.ts'
import { isChart, type FrameTheme, type FromFrame, type ShownWidget, type ToFrame } from './message.ts'
import { answerScripts, takeLibrary } from './known.ts'
import { makeScalable } from './scalable.ts'
import { run } from './script.ts'
import { showScripted } from './scripted.ts'
import { makeSortable } from './sortable.ts'
import { showWidget } from './shown-widget.ts'
import { allowed, want } from './wants.ts'
import { type RunningWidget } from './widget.ts'

const output = part('output')
const notice = part('notice')
let shown: Promise<void> = Promise.resolve()
let redraw: Draw | null = null
let widget: RunningWidget | null = null

function part(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the frame page has no #${id}`)
  return element
}

const tell = (message: FromFrame): void => window.parent.postMessage(message, '*')

function say(text: string): void {
  notice.hidden = false
  notice.textContent = text
}

function applyTheme(theme: FrameTheme): void {
  const { style } = document.documentElement
  style.colorScheme = theme.scheme
  for (const [name, value] of Object.entries(theme.properties)) style.setProperty(name, value)
}

async function show(message: ToFrame & { type: 'nb-show' }): Promise<void> {
  const { mime, content, libraries, theme } = message
  if (isChart(mime)) {
    for (const library of libraries) run(library)
    redraw = chart(mime, content, output)
    return redraw(theme)
  }
  switch (mime) {
    case 'text/html':
    case 'image/svg+xml':
    case 'application/javascript':
      await showScripted({ ...message, mime }, output, () => (notice.hidden = true), tell)
      makeScalable(output)
      makeSortable(output)
      return
    case 'application/vnd.jupyter.widget-view+json':
      for (const library of libraries) run(library)
      widget = await showWidget(JSON.parse(content) as ShownWidget, output, tell)
      return
    default:
      mime satisfies never
  }
}

function failed(error: unknown): void {
  say(`This output failed: ${error instanceof Error ? error.message : String(error)}`)
}

function hear(message: ToFrame): void {
  switch (message.type) {
    case 'nb-show':
      applyTheme(message.theme)
      shown = show(message).catch(failed)
      return
    case 'nb-also':
      shown = shown.then(() => showScripted(message, output, () => undefined, tell)).catch(failed)
      return
    case 'nb-theme':
      applyTheme(message.theme)
      redraw?.(message.theme).catch(failed)
      return
    case 'nb-library':
      return takeLibrary(message.name, message.source)
    case 'nb-missing':
      return say(message.reason)
    case 'nb-widget-state':
      return widget?.takeState(message.id, message.state)
    case 'nb-widget-models':
      return widget?.takeModels(message.models)
    case 'nb-widget-message':
      return widget?.takeMessage(message.id, message.message)
    default:
      message satisfies never
  }
}

function listen(): void {
  // WebRTC is no part of connect-src; where a browser does not know Connection-Allowlist, this much is closed.
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) Reflect.deleteProperty(window, name)
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    const address = URL.canParse(blockedURI) ? new URL(blockedURI) : null
    if (address?.protocol === 'https:') want([address.host], tell)
  })
  const scriptFailed = (reason: string): void => {
    if (notice.hidden) say(`A script of this output failed: ${reason}`)
  }
  window.addEventListener('error', (event) => {
    if (event instanceof ErrorEvent) scriptFailed(event.message)
  })
  window.addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) =>
    scriptFailed(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason)),
  )
  window.addEventListener('message', (event: MessageEvent<ToFrame>) => {
    if (event.source === window.parent) hear(event.data)
  })
  answerScripts(tell)
  tell({ type: 'nb-ready', hosts: allowed })
}

new ResizeObserver(() => tell({ type: 'nb-size', height: document.body.scrollHeight })).observe(document.body)
if (self.origin === 'null') listen()
else
  say('This output is not shown: the server did not send the header that keeps outputs apart from the page.')
