// The baseline pages: empty, editable, and echoing keys over a socket.

/** Those of the relay's headers that affect performance: process isolation and high-resolution timers. */
export const bareHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
  'Cache-Control': 'no-cache',
}

const pageOf = (body: string): string => `<!doctype html><meta charset="utf-8"><title>Bare</title>${body}`

export const barePages: Readonly<Record<string, string>> = {
  '/empty': pageOf('<p>Nothing</p>'),
  '/editable': pageOf(
    '<div contenteditable="true" style="white-space: pre-wrap; font: 14px monospace"></div>',
  ),
  /** Sends each key that is typed and shows each key that it receives. */
  '/echo': pageOf(`<pre></pre><script>
    const socket = new WebSocket('ws://' + location.host)
    const pre = document.querySelector('pre')
    addEventListener('keydown', (event) => socket.send(event.key))
    socket.onmessage = ({ data }) => pre.append(data)
    socket.onopen = () => { document.title = 'open' }
  </script>`),
}
