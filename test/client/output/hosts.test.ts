import { afterEach, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { OutputHosts } from '../../../client/output/hosts.ts'
import { OutputView } from '../../../client/output/view.ts'
import { displayLeaf, shownLeaf } from '../../../shared/notebook/output/output.ts'

const said: unknown[] = []
const listener = ({ data }: MessageEvent<{ said?: unknown } | null>): void =>
  void (data?.said !== undefined && said.push(data.said))

const shown = (html: string, hosts: OutputHosts): HTMLElement => {
  window.addEventListener('message', listener)
  const { element } = new OutputView(shownLeaf(displayLeaf({ 'text/html': html })), {
    key: 'cell/0',
    label: 'Output',
    heights: new Map(),
    blobs: { watch: () => () => undefined },
    hosts,
  })
  document.body.append(element)
  return element
}
const say = (what: string): string => `parent.postMessage({ said: ${what} }, '*')`

afterEach(() => {
  window.removeEventListener('message', listener)
  said.length = 0
  document.body.replaceChildren()
  localStorage.clear()
})

it('blocked hosts of an output are listed, and allowed for its notebook only, in this browser', async () => {
  const hosts = new OutputHosts(() => 'doc-1')
  const page = `<!doctype html><img src="https://tiles.example/1.png">`
  const html = `<img src="https://pictures.example/x.png"><iframe srcdoc='${page}'></iframe>
    <span>Make this Notebook Trusted to load map: File -> Trust Notebook</span><p id="p">text</p>
    <script>${say(`[location.pathname, document.querySelector('span') !== null]`)}</script>`
  const element = shown(html, hosts)
  const note = (): Element | null => element.querySelector('.nb-notice')
  await until(
    () =>
      /tiles\.example/.test(note()?.textContent ?? '') && /pictures\.example/.test(note()?.textContent ?? ''),
  )
  expect(said).toEqual([['/frame/strict.html', false]])
  note()?.querySelector('button')?.click()
  await until(() => said.length > 1)
  expect(said[1]).toEqual(['/frame/open.html', false])
  const address = element.querySelector('iframe')?.src ?? ''
  const policy = (await fetch(address)).headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(
    /^sandbox allow-scripts; default-src 'none';.*img-src data: blob: https:\/\/\S+\.example https:\/\/\S+\.example;/,
  )
  expect(note()).toBeNull()
  expect(new OutputHosts(() => 'doc-1').allowed.toSorted()).toEqual(['pictures.example', 'tiles.example'])
  expect(new OutputHosts(() => 'doc-2').allowed).toEqual([])
})

it('a frame that navigates to a more permissive page is stopped and gets no content', async () => {
  const element = shown(
    `<script>${say('location.pathname')};location.href = '/frame/open.html?host=evil.example'</script>`,
    new OutputHosts(() => null),
  )
  await until(() => /was stopped/.test(element.textContent))
  expect(said).toEqual(['/frame/strict.html'])
})

it('known CDN libraries come from the page’s own server without asking, even in nested pages', async () => {
  const map = `<!doctype html><script src="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"></script>
    <link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css">
    <div id="m" style="height: 90px"></div><script>parent.parent.postMessage({ said: [typeof L.map, getComputedStyle(L.map("m").getContainer()).overflow] }, "*")</script>`
  const element = shown(
    `<iframe srcdoc='${map}'></iframe><div id="chart"></div><script>
      const s = document.createElement('script')
      s.onload = () => ${say('[typeof vegaEmbed, window.late]')}
      document.head.append(s)
      window.late = 'late'
      const first = ['vega@6?noext', 'vega-lite@6.4.1?noext'].map((name) => new Promise((loaded) => {
        const t = document.createElement('script'); document.head.append(t); t.onload = loaded; t.src = 'https://cdn.jsdelivr.net/npm/' + name
      }))
      Promise.all(first).then(() => s.src = 'https://cdn.jsdelivr.net/npm/vega-embed@7?noext')
    </script>
    <script src="https://code.jquery.com/jquery-3.7.1.min.js" integrity="sha256-x" crossorigin="anonymous"></script>
    <script>${say('[typeof jQuery]')}</script>`,
    new OutputHosts(() => null),
  )
  for (const words of [['function', 'hidden'], ['function', 'late'], ['function']])
    await until(() => said.some((each) => JSON.stringify(each) === JSON.stringify(words)))
  expect(element.querySelector('.nb-notice')).toBeNull()
})
