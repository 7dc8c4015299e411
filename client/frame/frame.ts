// Runs inside the output frame: shows one output that may hold scripts. It refuses to show anything unless the
// response header took its origin away (a server without that header must not turn outputs into page code).

import type { FramedMime, FrameTheme, FromFrame, ToFrame } from './message.ts'

const output = part('output')
const notice = part('notice')

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

async function show(mime: FramedMime, content: string): Promise<void> {
  switch (mime) {
    case 'text/html':
    case 'image/svg+xml':
      output.innerHTML = content
      await runScripts()
      return
    case 'application/javascript':
      // As Jupyter does it: the code finds its place in `element`.
      run(`((element) => {${content}\n})(document.getElementById('output'))`)
      return
    default:
      mime satisfies never
  }
}

function run(code: string): void {
  const script = document.createElement('script')
  script.text = code
  document.body.append(script)
}

/** Parsed-in scripts never run; copies made here do, one after the other as in a page. */
async function runScripts(): Promise<void> {
  for (const parsed of output.querySelectorAll('script')) {
    const script = document.createElement('script')
    for (const { name, value } of parsed.attributes) script.setAttribute(name, value)
    script.async = false
    script.text = parsed.textContent
    const loaded = script.src
      ? new Promise((resolve) => {
          script.addEventListener('load', resolve)
          script.addEventListener('error', resolve)
        })
      : null
    parsed.replaceWith(script)
    await loaded
  }
}

function listen(): void {
  // WebRTC is no part of connect-src; where a browser does not know Connection-Allowlist, this much is closed.
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) Reflect.deleteProperty(window, name)
  const refused = new Set<string>()
  document.addEventListener('securitypolicyviolation', (event) => {
    if (refused.size > 2) return
    const host = URL.canParse(event.blockedURI) ? new URL(event.blockedURI).host : event.blockedURI
    refused.add(host)
    say(`This output asks for ${[...refused].join(', ')}; outputs here load nothing from elsewhere.`)
  })
  window.addEventListener('error', (event) => {
    if (event instanceof ErrorEvent && notice.hidden) say(`A script of this output failed: ${event.message}`)
  })
  window.addEventListener('message', (event: MessageEvent<ToFrame>) => {
    if (event.source !== window.parent) return
    applyTheme(event.data.theme)
    if (event.data.type === 'nb-show') void show(event.data.mime, event.data.content)
  })
  tell({ type: 'nb-ready' })
}

new ResizeObserver(() => tell({ type: 'nb-size', height: document.body.scrollHeight })).observe(document.body)
if (self.origin === 'null') listen()
else
  say('This output is not shown: the server did not send the header that keeps outputs apart from the page.')
