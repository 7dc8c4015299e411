// Stop: from the click on a busy loop until the cell says that it ended, and from the wish to stop a reply until the
// model's server sees its connection close. The floors: an interrupt of Pyodide alone in a worker, and a `fetch` of
// the same server that is aborted.
import { apply } from '../shared/notebook/apply.ts'
import { newRequestId } from '../shared/notebook/ids.ts'
import { cellReply, readHead, visibleCells } from '../shared/notebook/read.ts'
import { Arrivals, joined } from './clients.ts'
import { ModelServer } from './model.ts'
import { cellsOf, promptOf } from './notebooks.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const rounds = 20
const busy = 'print("on", end="")\nwhile True: pass'

declare global {
  interface Window {
    /** Milliseconds from the interrupt of a busy loop in the bare worker to its error in the page. */
    benchInterrupt: () => Promise<number>
  }
}

/** Runs in the bare page: a worker with nothing of ours, that has started when this settles. */
const bareWorker = async (origin: string): Promise<void> => {
  const source = `
    const { loadPyodide } = await import('${origin}/pyodide/pyodide.mjs')
    const pyodide = await loadPyodide({ indexURL: '${origin}/pyodide/' })
    addEventListener('message', ({ data }) => {
      pyodide.setInterruptBuffer(data)
      pyodide.setStdout({ batched: (line) => postMessage(line) })
      try {
        pyodide.runPython('print("on")\\nwhile True: pass')
      } catch (error) {
        postMessage(String(error))
      }
    })
    postMessage('ready')`
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(address, { type: 'module' })
  const answer = (): Promise<unknown> =>
    new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data), { once: true }))
  await answer()
  window.benchInterrupt = async () => {
    const interrupts = new Int32Array(new SharedArrayBuffer(4))
    worker.postMessage(interrupts)
    await answer()
    const ended = answer()
    // Bare Pyodide loses one now and then: it is told again, and only the time since the last telling counts.
    for (let told = 1; told <= 5; told++) {
      const from = performance.now()
      interrupts[0] = 2
      const said = await Promise.race([
        ended,
        new Promise((resolve) => setTimeout(() => resolve(null), 2_000)),
      ])
      const took = performance.now() - from
      if (said === null) continue
      if (!String(said).includes('KeyboardInterrupt'))
        throw new Error(`the bare loop ended with ${String(said)}`)
      return took
    }
    throw new Error('the bare loop was told five times to stop, and did not')
  }
}

/** Runs in our page: runs the first cell, stops it once it has printed, and gives the milliseconds that took. */
const runAndStop = async (): Promise<number> => {
  const cell = document.querySelector('nb-cell')
  const press = (name: string): void => cell?.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.click()
  const until = async (status: string, printed: string): Promise<void> => {
    const is = (): boolean =>
      cell?.getAttribute('data-status') === status &&
      (document.querySelector('[aria-label="Output of cell 1"]')?.textContent ?? '').startsWith(printed)
    await new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (!is()) return
        observer.disconnect()
        resolve()
      })
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
    })
  }
  const running = until('running', 'on')
  press('Run cell')
  await running
  const ended = until('interrupted', 'on')
  const from = performance.now()
  press('Stop cell')
  await ended
  return performance.now() - from
}

export const stopping: Bench = () =>
  closingAll(async (keep) => {
    let gaveUp: (at: number) => void = () => undefined
    // A reply that never ends.
    const model = await keep(
      ModelServer.start((send, response) => {
        const timer = setInterval(() => send({ content: 'word ' }), 5)
        response.on('close', () => {
          clearInterval(timer)
          gaveUp(Arrivals.now())
        })
      }),
    )
    /** When the next reply that is being sent is given up by who asked for it. */
    const givenUp = (): Promise<number> => new Promise((resolve) => (gaveUp = resolve))
    const env = { LLM_BASE_URL: model.address, LLM_MODEL: 'bench' }
    const relay = await keep(
      startRelay({ 'busy.ipynb': cellsOf(busy), 'reply.ipynb': promptOf('Go on') }, env),
    )
    const browser = await keep(launchBrowser())
    const context = await browser.newContext()
    context.setDefaultTimeout(0)
    const alone = await context.newPage()
    await alone.goto(`${relay.origin}/favicon.svg`)
    await alone.evaluate(bareWorker, relay.origin)
    const page = await context.newPage()
    await page.goto(`${relay.origin}/notebook/busy.ipynb`)
    await page.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
    const [loops, bareLoops]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      loops.push(await page.evaluate(runAndStop))
      await page.locator('nb-status[data-kernel="idle"]').waitFor({ state: 'attached' })
      bareLoops.push(await alone.evaluate(() => window.benchInterrupt()))
    }
    await context.close()

    const { doc } = await keep(joined(relay, 'reply.ipynb'))
    const [id] = visibleCells(doc)
    if (id === undefined) throw new Error('nothing to ask')
    const grows = (run: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (readHead(doc, id)?.run?.id !== run || (cellReply(doc, id)?.length ?? 0) === 0) return
          doc.off('update', look)
          resolve()
        }
        doc.on('update', look)
      })
    const [replies, aborts]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      const run = newRequestId()
      const growing = grows(run)
      const saw = readHead(doc, id)?.run?.id ?? null
      apply(doc, {
        type: 'request-run',
        id,
        request: { id: run, by: 'bench', to: 'model', at: Date.now(), saw },
      })
      await growing
      const closed = givenUp()
      const from = Arrivals.now()
      apply(doc, { type: 'request-stop', id })
      replies.push((await closed) - from)

      const abort = new AbortController()
      const response = await fetch(model.address, { method: 'POST', body: '{}', signal: abort.signal })
      await response.body?.getReader().read()
      const dropped = givenUp()
      const since = Arrivals.now()
      abort.abort()
      aborts.push((await dropped) - since)
    }
    return [
      {
        what: 'Stop of a busy loop, until the cell says so',
        unit: 'ms',
        ours: loops,
        floor: { what: 'interrupt of bare Pyodide in a worker', samples: bareLoops },
      },
      {
        what: 'Stop of a reply, until its server sees it',
        unit: 'ms',
        ours: replies,
        floor: { what: 'a fetch of that server, aborted', samples: aborts },
      },
    ]
  })
