import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { OutputView } from '../../../client/output/view.ts'
import { OutputDependencies, type ScriptedOutput } from '../../../client/output/output-dependencies.ts'
import type { BlobSource } from '../../../client/blobs/notebook-blobs.ts'
import type { Leaf } from '../../../shared/notebook/notebook.ts'
import { displayLeaf, shownLeaf } from '../../../shared/notebook/output/output.ts'

/** Messages of outputs, sent with `parent.postMessage({ said })`. */
const said: string[] = []
const listener = ({ data }: MessageEvent<{ said?: string } | null>): void =>
  void (data?.said !== undefined && said.push(data.said))

/** A notebook with these outputs, of which those at `mounted` are on the page. */
const notebook = (
  outputs: readonly ScriptedOutput[],
  mounted: readonly number[],
  timeout = 5_000,
): HTMLElement[] => {
  window.addEventListener('message', listener)
  const above = (key: string): readonly ScriptedOutput[] =>
    outputs.slice(
      0,
      outputs.findIndex((output) => output.key === key),
    )
  const big: Leaf = `<script>${'/* a big library */'.repeat(10)} var big = 'library'</script>`
  const blobs: BlobSource = {
    watch: (_, show) => {
      show(null)
      queueMicrotask(() => show(big))
      return () => undefined
    },
  }
  const earlier = new OutputDependencies(above, blobs, timeout)
  return mounted.map((index) => {
    const output = outputs[index]
    if (typeof output?.content !== 'string') throw new Error('only what has its text is shown here')
    const view = new OutputView(shownLeaf(displayLeaf({ [output.mime]: output.content })), {
      key: output.key,
      label: 'Output',
      heights: new Map(),
      blobs: { watch: () => () => undefined },
      earlier,
    })
    document.body.append(view.element)
    return view.element
  })
}
const html = (key: string, content: string): ScriptedOutput => ({
  key: `${key}/0`,
  mime: 'text/html',
  content,
})
const says = (words: string): string => `<script>parent.postMessage({ said: ${words} }, '*')</script>`

afterEach(() => {
  window.removeEventListener('message', listener)
  said.length = 0
  document.body.replaceChildren()
})

describe('outputs that run scripts', () => {
  it('see the variables, functions, modules and elements of earlier outputs that they mention', async () => {
    notebook(
      [
        html(
          'a',
          `<script>window.n = 1; window.tools = {}; const lib = { name: 'lib' }; function twice(x) { return 2 * x }</script>`,
        ),
        {
          key: 'b/0',
          mime: 'application/javascript',
          content: `window.late = 'late'; tools.part = 'part'; parent.postMessage({ said: 'b' }, '*')`,
        },
        html(
          'c',
          `<script type="module">customElements.define('my-mark', class extends HTMLElement { connectedCallback() { this.textContent = 'marked' } })</script>`,
        ),
        html('d', `<script>n++</script>${says('`d ${n}`')}`),
        html(
          'e',
          `<p id="p">mine</p><my-mark></my-mark><script>n++</script>
          ${says('`e ${n} ${lib.name} ${twice(4)} ${late} ${tools.part} ${document.querySelector("my-mark").textContent}`')}`,
        ),
      ],
      [0, 1, 2, 3, 4],
    )
    await until(() => said.includes('e 3 lib 8 late part marked'))
  })

  it('run earlier outputs that they may depend on, even unseen or large ones, and only once', async () => {
    const ref = { $blob: `sha256-${'0'.repeat(64)}`, mime: 'text/html', size: 1, as: 'text' } as const
    const outputs: ScriptedOutput[] = [
      { key: 'a/0', mime: 'text/html', content: ref },
      html('b', `${says('"unrelated"')}<script>var unrelated = 1</script>`),
      html('c', says('`c ${big}`')),
      html('d', says('`d ${big}`')),
      html('e', says('`e ${typeof unrelatedElse} ${typeof big}`')),
    ]
    notebook(outputs, [2, 3])
    await until(() => said.includes('c library') && said.includes('d library'))
    // The first output that ran it found what it defines, so the others do not run it.
    expect(said.filter((words) => words === 'unrelated')).toHaveLength(1)
    expect(said.indexOf('unrelated')).toBeLessThan(said.indexOf('c library'))
  })

  it('run again when an earlier output finishes late, and are shown meanwhile', async () => {
    const slow = `<script>for (const end = performance.now() + 300; performance.now() < end; ); var late = 'at last'</script>`
    const draws =
      "parent.postMessage({ said: [document.getElementById('plot-2') !== null, window.late].join() }, '*')"
    const outputs: ScriptedOutput[] = [
      html('a', slow),
      html('b', says('`b ${window.late}`')),
      html('c', says('"c"')),
      html('d', `<div id="plot-2"></div>`),
      { key: 'd/1', mime: 'application/javascript', content: draws },
    ]
    notebook(outputs, [0, 1, 2, 3, 4], 1)
    await until(() => said.includes('b at last') && said.includes('c') && said.includes('true,at last'))
  })

  it('report their own failures, but not those of earlier outputs', async () => {
    const watching = `<script>new MutationObserver(() => parent.postMessage({ said: notice.textContent }, '*'))
      .observe(notice, { childList: true })</script>`
    notebook(
      [
        html('a', `<script>window.made = 1; nothingLikeThis()</script>`),
        html('b', `${watching}<script>Promise.reject(new Error('too late ' + made))</script>`),
        html('c', says('`c ${made} ${notice.hidden}`')),
      ],
      [0, 1, 2],
    )
    await until(() => said.includes('c 1 true'))
    await until(() => said.includes('A script of this output failed: Error: too late 1'))
  })

  it('draw into an element that another output of their cell provides', async () => {
    const draws = `const place = document.getElementById('plot-1'); place.textContent = 'drawn by ' + lib
      parent.postMessage({ said: [place.textContent, document.querySelector('#output > #plot-1') === place].join() }, '*')`
    const [, , place, script] = notebook(
      [
        html('a', `<div id="about">Loading</div>`),
        {
          key: 'a/1',
          mime: 'application/javascript',
          content: `about.textContent = 'Loaded'; window.lib = 'the library'`,
        },
        html('b', `<div id="plot-1"></div>`),
        { key: 'b/1', mime: 'application/javascript', content: draws },
      ],
      [0, 1, 2, 3],
    )
    await until(() => said.includes('drawn by the library,true'))
    expect(place?.querySelector('iframe')).not.toBeNull()
    await until(() => script?.querySelector('iframe') === null)
  })
})
