import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { OutputFrame, type FramedOutput, type FrameHeights } from '../../../client/output/frame.ts'

const frames: OutputFrame[] = []

const framed = (output: FramedOutput, heights: FrameHeights = new Map(), top = 0): OutputFrame => {
  const frame = new OutputFrame(output, 'cell/0', heights, 'Output of cell 1')
  frames.push(frame)
  frame.element.style.marginTop = `${top}px`
  document.body.append(frame.element)
  return frame
}

const html = (content: string): FramedOutput => ({ mime: 'text/html', content })

/** Messages of the frame’s content, sent with `parent.postMessage({said: …})`. */
const hearing = (): { readonly said: unknown[]; readonly stop: () => void } => {
  const said: unknown[] = []
  const listener = (event: MessageEvent<unknown>): void => {
    if (typeof event.data === 'object' && event.data && 'said' in event.data) said.push(event.data.said)
  }
  window.addEventListener('message', listener)
  return { said, stop: () => window.removeEventListener('message', listener) }
}

afterEach(() => {
  for (const frame of frames.splice(0)) frame.dispose()
})

describe('an output frame', () => {
  it('runs its scripts in order, in an opaque origin, without access to page, storage or network', async () => {
    const { said, stop } = hearing()
    framed(
      html(`<p id="p">hi</p><script>window.first = 1</script><script>
        const refused = (attempt) => { try { attempt(); return false } catch { return true } }
        const answers = {
          origin: self.origin,
          ordered: window.first === 1 && document.getElementById('p') !== null,
          parent: refused(() => parent.document.title),
          top: refused(() => top.document.title),
          local: refused(() => localStorage.length),
          session: refused(() => sessionStorage.length),
          cookie: refused(() => document.cookie),
          database: refused(() => indexedDB.open('x')),
          worker: refused(() => navigator.serviceWorker.register('/x.js')),
          popup: window.open('about:blank') === null,
        }
        fetch('/').then(() => false, () => true).then((fetchRefused) =>
          parent.postMessage({ said: { ...answers, fetch: fetchRefused } }, '*'))
      </script>`),
    )
    await until(() => said.length > 0)
    stop()
    expect(said[0]).toEqual({
      origin: 'null',
      ordered: true,
      parent: true,
      top: true,
      local: true,
      session: true,
      cookie: true,
      database: true,
      worker: true,
      popup: true,
      fetch: true,
    })
  })

  it('blocks requests by image and style, and WebRTC', async () => {
    const { said, stop } = hearing()
    framed(
      html(`<style>@import url(https://leak.example/import.css); p { background: url(https://leak.example/style.png) }</style>
      <p>x</p><script>
        const refused = []
        document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective + ' ' + event.blockedURI))
        const image = new Image()
        image.onerror = () => parent.postMessage({ said: { refused, rtc: 'RTCPeerConnection' in window } }, '*')
        image.src = 'https://leak.example/x.png'
      </script>`),
    )
    await until(() => said.length > 0)
    stop()
    const { refused, rtc } = said[0] as { refused: string[]; rtc: boolean }
    expect(rtc).toBe(false)
    expect(refused).toContain('img-src https://leak.example/x.png')
    expect(refused.some((entry) => entry.startsWith('style-src'))).toBe(true)
  })

  it('takes the height of its content, within bounds, and remembers it', async () => {
    const heights: FrameHeights = new Map()
    const frame = framed(html('<div style="height: 321px"></div>'), heights)
    await until(() => frame.element.clientHeight >= 321 && frame.element.clientHeight < 345)
    expect(heights.get('cell/0')).toBe(frame.element.clientHeight)

    const tall = framed(html('<div style="height: 500000px"></div>'))
    await until(() => tall.element.clientHeight === 20_000)

    const again = framed(html(''), heights)
    expect(again.element.clientHeight).toBe(heights.get('cell/0'))
  })

  it('takes no room where there is nothing to see, until there is', async () => {
    const frame = framed(html('<pre style="white-space: pre"></pre>\n'))
    await until(() => 'shown' in frame.element.dataset && frame.element.clientHeight === 0)
    const { said, stop } = hearing()
    const late = framed(
      html(`<div id="later"></div><script>
        setTimeout(() => { later.textContent = 'came'; parent.postMessage({ said: 'came' }, '*') }, 300)
      </script>`),
    )
    await until(() => said.length > 0 && late.element.clientHeight >= 20)
    stop()
    const drawn = framed(html('<div style="width: 30px; height: 9px; background: red"></div>'))
    await until(() => 'shown' in drawn.element.dataset && drawn.element.clientHeight >= 20)
  })

  it('has the page show where a link leads, and opens nothing itself', async () => {
    const frame = framed(
      html(`<a href="https://x.example/a?b=1">out</a> <a href="javascript:alert(1)">bad</a>
        <script>for (const link of [...document.links].reverse()) link.click()</script>`),
    )
    await until(() => frame.element.querySelector('a') !== null)
    const link = frame.element.querySelector('a')
    expect([link?.href, link?.text, link?.target, link?.rel]).toEqual([
      'https://x.example/a?b=1',
      'https://x.example/a?b=1',
      '_blank',
      'noopener noreferrer',
    ])
    expect(frame.element.querySelectorAll('a').length).toBe(1)
  })

  it('ignores malformed messages and those from other windows', async () => {
    const { said, stop } = hearing()
    const frame = framed(
      html(`<script>
        for (const message of [null, 7, {type: 'nb-size'}, {type: 'nb-size', height: '900'}, {type: 'nb-size', height: NaN},
          {type: 'nb-size', height: Infinity}, {type: 'nb-size', height: -50}, {type: 'constructor'}]) parent.postMessage(message, '*')
        parent.postMessage({said: 'all'}, '*')
      </script><p style="height: 100px; margin: 0"></p>`),
    )
    await until(() => said.length > 0)
    stop()
    window.postMessage({ type: 'nb-size', height: 900 }, '*')
    await until(() => frame.element.clientHeight > 90 && frame.element.clientHeight < 130)
  })

  it('is created only near the viewport', async () => {
    const far = framed(html('<p>far</p>'), new Map(), 5_000)
    const near = framed(html('<p>near</p>'))
    near.element.before(far.element)
    document.body.prepend(near.element)
    await until(() => near.element.querySelector('iframe'))
    expect(far.element.querySelector('iframe')).toBeNull()
    far.element.scrollIntoView()
    await until(() => far.element.querySelector('iframe'))
    window.scrollTo(0, 0)
  })

  it('runs JavaScript outputs with their element, and SVG with its scripts', async () => {
    const { said, stop } = hearing()
    framed({ mime: 'application/javascript', content: `parent.postMessage({said: element.tagName}, '*')` })
    await until(() => said.includes('DIV'))
    framed({
      mime: 'image/svg+xml',
      content: `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="1"><script>parent.postMessage({said: self.origin}, '*')</script></svg>`,
    })
    await until(() => said.includes('null'))
    stop()
  })

  it('scales down a drawing that is wider than the page', async () => {
    const { said, stop } = hearing()
    const content = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="400px">
      <rect width="1000" height="10"/><script>
        const say = () => {
          const { width } = document.querySelector('rect').getBoundingClientRect()
          parent.postMessage({ said: width / innerWidth }, '*')
          requestAnimationFrame(say)
        }
        requestAnimationFrame(say)
      </script></svg>`
    framed({ mime: 'image/svg+xml', content })
    await until(() => said.at(-1) === 0.5)
    stop()
  })

  it('shows nothing if the security header is missing', async () => {
    const page = await (await fetch('/frame/strict.html')).text()
    const ready: unknown[] = []
    const listener = (event: MessageEvent<unknown>): void => void ready.push(event.data)
    window.addEventListener('message', listener)
    const bare = document.createElement('iframe')
    bare.srcdoc = page
    document.body.append(bare)
    await until(() => bare.contentDocument?.body?.textContent?.includes('not shown'))
    bare.contentWindow?.postMessage(
      {
        type: 'nb-show',
        mime: 'text/html',
        content: '<i>shown</i>',
        theme: { scheme: 'light', properties: {} },
      },
      '*',
    )
    await until(() => ready.some((message) => (message as { type?: string }).type === 'nb-size'))
    expect(bare.contentDocument?.querySelector('i')).toBeNull()
    expect(ready).not.toContainEqual({ type: 'nb-ready' })
    window.removeEventListener('message', listener)
    bare.remove()
  })

  it('is stopped with a notice if it floods the page, and restarts on demand', async () => {
    const { element } = framed(
      html(`<p>loud</p><script>
        setInterval(() => { for (let i = 0; i < 5_000; i++) parent.postMessage({ type: 'nb-size', height: 20 + i % 90 }, '*') }, 0)
      </script>`),
    )
    const nested = framed(
      html(`<iframe srcdoc="<script>
        setInterval(() => { for (let i = 0; i < 5_000; i++) parent.parent.postMessage(i, '*') }, 0)
      </script>"></iframe>`),
    ).element
    const quiet = framed(
      html(`<p id="p">x</p><script>
        let n = 0
        const draw = () => { if (n++ < 60) requestAnimationFrame(draw); document.getElementById('p').style.height = 30 + n + 'px' }
        draw()
      </script>`),
    ).element
    const note = (): Element | null => element.querySelector('[role=status]')
    await until(() => note() !== null)
    expect(note()?.textContent).toContain('This output was stopped')
    expect(element.querySelector('iframe')).toBeNull()
    element.querySelector('button')?.click()
    expect(element.querySelector('iframe')).not.toBeNull()
    await until(() => note() !== null)
    await until(() => nested.querySelector('[role=status]') !== null)
    await until(() => quiet.offsetHeight > 90)
    expect(quiet.querySelector('iframe')).not.toBeNull()
  })
})
