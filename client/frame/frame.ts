// Runs inside the output frame and shows one output that may have scripts. Refuses to show anything if it has an origin,
// that is if the server did not send the sandbox header.

import { chart, type Draw } from './charts.ts'
import { enhanceTables } from './data-table.ts'
import { receiveFile } from './folder-file.ts'
import { LiveFrame } from './live-frame.ts'
import { isChart, type FrameTheme, type FromFrame, type ShownWidget, type ToFrame } from './message.ts'
import { bundledSource, interceptScripts, receiveLibrary } from './bundled-library.ts'
import { makeScalable } from './scalable.ts'
import { run } from './script.ts'
import { showScripted } from './scripted.ts'
import { showWidget } from './show-widget.ts'
import { typeset } from './typeset.ts'
import { allowedHosts, reportBlocked } from './blocked-hosts.ts'
import type { RunningWidget } from './widget.ts'

const part = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the frame page has no #${id}`)
  return element
}

const output = part('output')
const notice = part('notice')
let shown: Promise<void> = Promise.resolve()
let redraw: Draw | null = null
let widget: RunningWidget | null = null

const send = (message: FromFrame): void => window.parent.postMessage(message, '*')

const live = new LiveFrame(send)

/** CSS pixels. The margins of one empty paragraph are less. */
const maxBlank = 60

/** Whether there is nothing to see, as in what a progress bar leaves behind at its end. */
const isBlank = (): boolean => {
  if (!notice.hidden || output.clientHeight > maxBlank) return false
  const hasText = [...output.childNodes].some((node) => node instanceof Text && node.data.trim() !== '')
  const isSeen = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect()
    return width > 0 && height > 0
  }
  return !hasText && ![...output.querySelectorAll('*')].some(isSeen)
}

/** The sandbox lets no output open a window: the page shows where a link leads, to be opened there. */
const sayLink = (event: Event): void => {
  const link = event.composedPath().find((element) => element instanceof Element && element.matches('a'))
  if (!(link instanceof Element) || event.defaultPrevented) return
  const url = link.getAttribute('href') ?? link.getAttribute('xlink:href') ?? ''
  if (url === '') return
  event.preventDefault()
  if (url.startsWith('#')) document.getElementById(url.slice(1))?.scrollIntoView()
  else send({ type: 'nb-link', url })
}

const showNotice = (text: string): void => {
  notice.hidden = false
  notice.textContent = text
}

const applyTheme = (theme: FrameTheme): void => {
  const { style } = document.documentElement
  style.colorScheme = theme.scheme
  for (const [name, value] of Object.entries(theme.properties)) style.setProperty(name, value)
}

const show = async (message: ToFrame & { type: 'nb-show' }): Promise<void> => {
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
      await showScripted({ ...message, mime }, output, () => (notice.hidden = true), send)
      makeScalable(output)
      // What has scripts typesets its formulas itself, if it has any.
      if (output.querySelector('script') === null) await typeset(output, (name) => bundledSource(name, send))
      enhanceTables(output, live)
      return
    case 'application/vnd.jupyter.widget-view+json':
      for (const library of libraries) run(library)
      widget = await showWidget(JSON.parse(content) as ShownWidget, output, send)
      return
    default:
      mime satisfies never
  }
}

const failed = (error: unknown): void => {
  showNotice(`This output failed: ${error instanceof Error ? error.message : String(error)}`)
}

const saySize = (): void => send({ type: 'nb-size', height: isBlank() ? 0 : document.body.scrollHeight })

/** With the height, because the browser does not report sizes to a frame out of sight. */
const sayShown = (): void => {
  saySize()
  send({ type: 'nb-shown' })
}

const onMessage = (message: ToFrame): void => {
  switch (message.type) {
    case 'nb-show':
      applyTheme(message.theme)
      shown = show(message).catch(failed).then(sayShown)
      return
    case 'nb-run-script':
      shown = shown.then(() => showScripted(message, output, () => undefined, send)).catch(failed)
      return
    case 'nb-theme':
      applyTheme(message.theme)
      redraw?.(message.theme).catch(failed)
      return
    case 'nb-library':
      return receiveLibrary(message.name, message.source)
    case 'nb-file':
      return receiveFile(message.url, message.file)
    case 'nb-live':
      return live.become(message.state)
    case 'nb-frame-answer':
      return live.answer(message.id, message.answer)
    case 'nb-missing':
      showNotice(message.reason)
      return sayShown()
    case 'nb-widget-state':
      return widget?.onState(message.id, message.state)
    case 'nb-widget-models':
      return widget?.onModels(message.models)
    case 'nb-widget-message':
      return widget?.onMessage(message.id, message.message)
    default:
      message satisfies never
  }
}

const listen = (): void => {
  // connect-src does not cover WebRTC. This helps in browsers without Connection-Allowlist.
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) Reflect.deleteProperty(window, name)
  document.addEventListener('securitypolicyviolation', ({ blockedURI }) => {
    const url = URL.canParse(blockedURI) ? new URL(blockedURI) : null
    if (url?.protocol === 'https:') reportBlocked([url.host], send)
  })
  const scriptFailed = (reason: string): void => {
    if (notice.hidden) showNotice(`A script of this output failed: ${reason}`)
  }
  window.addEventListener('error', (event) => {
    if (event instanceof ErrorEvent) scriptFailed(event.message)
  })
  window.addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) =>
    scriptFailed(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason)),
  )
  window.addEventListener('message', (event: MessageEvent<ToFrame>) => {
    if (event.source === window.parent) onMessage(event.data)
  })
  window.addEventListener('click', sayLink)
  interceptScripts(send)
  send({ type: 'nb-ready', hosts: allowedHosts })
}

new ResizeObserver(saySize).observe(document.body)
if (self.origin === 'null') listen()
else
  showNotice(
    'This output is not shown: the server did not send the header that isolates outputs from the page.',
  )
