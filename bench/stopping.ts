// Stopping runs: from the click on "Stop cell" of a busy loop until the cell shows that it was interrupted, and from the
// request to stop a reply until the model server sees its connection close, for each provider. The baselines are an interrupt of Pyodide alone
// in a worker, and an aborted `fetch` of the same server.
import { apply } from '../shared/notebook/document/apply.ts'
import { requestRun } from '../shared/notebook/document/requested-texts.ts'
import { newRequestId } from '../shared/notebook/ids.ts'
import { cellReply, readHead, visibleCells } from '../shared/notebook/document/read.ts'
import { Arrivals, connectClient } from './clients.ts'
import { endlessReplies, startEndlessServer } from './endless.ts'
import { cellsOf, promptsOf } from './notebooks.ts'
import { closingAll, launchBrowser, startRelay } from './programs.ts'
import type { Bench, Row } from './row.ts'

const rounds = 20
const busy = 'print("on", end="")\nwhile True: pass'

declare global {
  interface Window {
    /** Milliseconds from interrupting a busy loop in the bare worker to its error in the page. */
    benchInterrupt: () => Promise<number>
  }
}

/** Runs in the bare page. Starts a worker with only Pyodide. */
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
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url, { type: 'module' })
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data), { once: true })
      worker.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true })
      setTimeout(() => reject(new Error('the bare worker does not answer')), 60_000)
    })
  await answer()
  window.benchInterrupt = async () => {
    const interrupts = new Int32Array(new SharedArrayBuffer(4))
    worker.postMessage(interrupts)
    await answer()
    const ended = answer()
    // Bare Pyodide sometimes loses an interrupt. It is sent again, and only the last attempt is measured.
    for (let attempt = 1; attempt <= 5; attempt++) {
      const start = performance.now()
      interrupts[0] = 2
      const message = await Promise.race([
        ended,
        new Promise((resolve) => setTimeout(() => resolve(null), 2_000)),
      ])
      const took = performance.now() - start
      if (message === null) continue
      if (!String(message).includes('KeyboardInterrupt'))
        throw new Error(`the bare loop ended with ${String(message)}`)
      return took
    }
    throw new Error('the bare loop did not stop after five interrupts')
  }
}

/** Runs in the app's page. Runs the first cell, stops it once it has printed, and returns the milliseconds to stop it. */
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
  const start = performance.now()
  press('Stop cell')
  await ended
  return performance.now() - start
}

const stopReplies = (reply: (typeof endlessReplies)[number]): Promise<Row> =>
  closingAll(async (keep) => {
    const model = await keep(startEndlessServer(reply))
    const relay = await keep(startRelay({ 'reply.ipynb': promptsOf('Go on') }, model.env))
    const { doc } = await keep(connectClient(relay, 'reply.ipynb'))
    const [id] = visibleCells(doc)
    if (id === undefined) throw new Error('no cell')
    const grows = (run: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const head = readHead(doc, id)
          if (head?.run?.id !== run) return
          if (head.status === 'error') reject(new Error(`${reply.provider} does not reply`))
          if ((cellReply(doc, id)?.length ?? 0) === 0) return
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
      const request = { id: run, by: 'bench', to: 'model', at: Date.now(), saw }
      requestRun(doc, id, request)
      await growing
      const closed = model.closed()
      const from = Arrivals.now()
      apply(doc, { type: 'request-stop', id })
      await closed
      replies.push(Arrivals.now() - from)

      const abort = new AbortController()
      const response = await fetch(model.origin, { method: 'POST', body: '{}', signal: abort.signal })
      await response.body?.getReader().read()
      const dropped = model.closed()
      const since = Arrivals.now()
      abort.abort()
      await dropped
      aborts.push(Arrivals.now() - since)
    }
    return {
      what: `stop a reply of ${reply.provider}, until its server sees it`,
      unit: 'ms',
      ours: replies,
      baseline: { what: 'aborted fetch of the same server', samples: aborts },
    }
  })

export const stopping: Bench = () =>
  closingAll(async (keep) => {
    const relay = await keep(startRelay({ 'busy.ipynb': cellsOf(busy) }))
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

    const stopped: Row[] = []
    for (const reply of endlessReplies) stopped.push(await stopReplies(reply))
    return [
      {
        what: 'stop a busy loop, until the cell shows it',
        unit: 'ms',
        ours: loops,
        baseline: { what: 'interrupt of bare Pyodide in a worker', samples: bareLoops },
      },
      ...stopped,
    ]
  })
