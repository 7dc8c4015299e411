// Streaming a reply: provider → model peer → document → sockets. The model is a local server with a chat completions API.
// Once as fast as possible, until five sockets and two browsers have all 50,000 tokens, while one of the browsers types in
// another cell; once at 80 tokens a second, as bytes on a reader's socket; and once behind a reply of 100 kB, as work of the
// main thread of a page that shows it. The baselines are a bare `ws` server that gets one message per token and sends it to
// five sockets, a page at rest, the bare text, and the same pace behind no text.
import type { Page } from 'playwright'
import { WebSocket } from 'ws'
import { requestRun } from '../shared/notebook/document/requested-texts.ts'
import { newRequestId } from '../shared/notebook/ids.ts'
import type { CellId } from '../shared/notebook/notebook.ts'
import { cellReply, readHead, visibleCells } from '../shared/notebook/document/read.ts'
import { Arrivals, connectClient, openSocket, type Client } from './clients.ts'
import { MainThread } from './main-thread.ts'
import { ModelServer } from './model.ts'
import { promptsOf } from './notebooks.ts'
import { watchPaints } from './probe.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const many = 50_000
const readers = 5
const rounds = 3
const keys = 60
/** At a usual pace. */
const some = 400
const pace = 80
const token = 'word '
/** 100 kB. */
const long = 'Some words of a *long* reply, and `more`.\n\n'.repeat(2_500)

/** Resolves when this client has the complete reply of the run. */
const hasAll = ({ doc }: Client, cell: CellId, run: string, length: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      const head = readHead(doc, cell)
      if (head?.run?.id !== run || head.status === 'running') return
      doc.off('update', look)
      const got = cellReply(doc, cell)?.length ?? 0
      if (head.status === 'done' && got === length) resolve()
      else reject(new Error(`the reply ended as ${String(head.status)} with ${got} characters`))
    }
    doc.on('update', look)
  })

/** Asks for a reply and resolves when all clients have it. */
const askFor = async (clients: readonly Client[], nth: number, length: number): Promise<void> => {
  const [requester] = clients
  const cell = requester && visibleCells(requester.doc)[nth]
  if (requester === undefined || cell === undefined) throw new Error('no client or no cell')
  const id = newRequestId()
  const all = Promise.all(clients.map((client) => hasAll(client, cell, id, length)))
  const saw = readHead(requester.doc, cell)?.run?.id ?? null
  const request = { id, by: 'bench', to: 'model', at: Date.now(), saw }
  requestRun(requester.doc, cell, request)
  await all
}

let received = 0
/** Counts what arrives, with the two bytes of a frame. */
class CountingSocket extends WebSocket {
  constructor(address: string, protocols?: string[]) {
    super(address, protocols)
    this.on('message', (data: Buffer) => (received += data.byteLength + 2))
  }
}

const shownIn = (page: Page, nth: number, text: string): Promise<unknown> =>
  page.waitForFunction(
    ({ nth, text }) =>
      document.querySelectorAll('nb-cell')[nth]?.querySelector('nb-reply')?.textContent?.includes(text),
    { nth, text },
    { polling: 'raf', timeout: 0 },
  )

const typeUntil = async (page: Page, isOver: () => boolean, from: number): Promise<number[]> => {
  const took: number[] = []
  while (!isOver() && took.length < keys) {
    await page.keyboard.press('x')
    took.push(await page.evaluate((nth) => window.benchPaints.painted(nth), from + took.length + 1))
    await page.waitForTimeout(Math.random() * 16)
  }
  return took
}

export const streaming: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    /** When the first token of the current reply was sent. */
    let firstToken = NaN
    let answer = async (_send: (text: string) => void): Promise<void> => undefined
    const model = await keep(
      ModelServer.start((send, response) => {
        firstToken = Arrivals.now()
        void answer((content) => send({ content }))
          .then(() => send({}, 'stop'))
          .then(() => response.end('data: [DONE]\n\n'))
      }),
    )
    const atOnce = (count: number) => async (send: (text: string) => void) => {
      for (let i = 0; i < count; i++) send(token)
    }
    const atPace = (before: string) => async (send: (text: string) => void) => {
      send(before)
      const began = performance.now()
      for (let i = 0; i < some; i++) {
        const left = began + (i * 1_000) / pace - performance.now()
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
        send(token)
      }
    }
    const env = { LLM_BASE_URL: model.address, LLM_MODEL: 'bench' }
    const relay = await keep(startRelay({ 'tokens.ipynb': promptsOf('Tell me', 'and', 'last') }, env))
    const clients: Client[] = []
    const bare = new Arrivals()
    for (let i = 0; i < readers; i++) {
      const counted = i === readers - 1 ? CountingSocket : WebSocket
      clients.push(await keep(connectClient(relay, 'tokens.ipynb', counted)))
      const socket = await keep(openSocket(bareServer))
      socket.on('message', () => bare.record())
    }
    const source = await keep(openSocket(bareServer))
    const browser = await keep(launchBrowser())
    const pages: Page[] = []
    for (let i = 0; i < 2; i++) {
      const page = await (await browser.newContext()).newPage()
      await page.addInitScript(watchPaints)
      await page.goto(`${relay.origin}/notebook/tokens.ipynb`)
      pages.push(page)
    }
    const [reader, typist] = pages
    if (reader === undefined || typist === undefined) throw new Error('no pages')
    await typist.locator('nb-cell').nth(2).locator('nb-source').click()
    await typist.locator('.cm-content:focus').waitFor()

    const rate = (from: number, to: number): number => (many * 1_000) / (to - from)
    const [ours, baseline, whileStreaming]: [number[], number[], number[]] = [[], [], []]
    let typed = keys
    const atRest = await typeUntil(typist, () => false, 0)
    for (let round = 1; round <= rounds; round++) {
      answer = atOnce(many)
      let isOver = false
      const all = askFor(clients, 0, many * token.length).then(() => (isOver = true))
      const took = await typeUntil(typist, () => isOver, typed)
      typed += took.length
      whileStreaming.push(...took)
      await all
      ours.push(rate(firstToken, Arrivals.now()))
      // The browsers have it, too.
      for (const page of pages) await shownIn(page, 0, token.repeat(many).trim())
      const start = Arrivals.now()
      for (let i = 0; i < many; i++) source.send(token)
      baseline.push(rate(start, await bare.until(round * many * readers)))
    }

    answer = atPace('')
    const mainThread = await MainThread.of(reader)
    await reader.bringToFront()
    const counting = clients.at(-1)
    if (counting === undefined) throw new Error('no readers')
    const cells = visibleCells(counting.doc)
    /** From the first batch to the last: what a run says of itself at its ends is not of the tokens. */
    const perToken = async (nth: number, before: string): Promise<readonly [work: number, bytes: number]> => {
      answer = atPace(before)
      const arrived: (readonly [characters: number, bytes: number])[] = []
      const note = (): void => {
        const cell = cells[nth]
        const length = cell === undefined ? 0 : (cellReply(counting.doc, cell)?.length ?? 0)
        if (length > (arrived.at(-1)?.[0] ?? 0)) arrived.push([length, received])
      }
      counting.doc.on('update', note)
      const work = await mainThread.milliseconds()
      await askFor(clients, nth, before.length + some * token.length)
      const worked = (await mainThread.milliseconds()) - work
      counting.doc.off('update', note)
      const [[from, first] = [NaN, NaN], [to, last] = [NaN, NaN]] = [arrived[0], arrived.at(-1)]
      return [worked / some, ((last - first) * token.length) / (to - from)]
    }
    const [shortWork, shortBytes] = await perToken(1, '')
    const [longWork] = await perToken(2, long)
    return [
      {
        what: `${many} tokens to ${readers} readers and 2 browsers`,
        unit: 'tokens/s',
        ours,
        baseline: { what: 'bare ws, one message per token', samples: baseline },
      },
      {
        what: 'keystroke → paint in another cell meanwhile',
        unit: 'ms',
        ours: whileStreaming,
        baseline: { what: 'at rest', samples: atRest },
      },
      {
        what: `a token of ${pace} a second, at a reader's socket`,
        unit: 'bytes',
        ours: [shortBytes],
        baseline: { what: 'its text', samples: [token.length] },
      },
      {
        what: 'main thread per token, behind a reply of 100 kB',
        unit: 'ms',
        ours: [longWork],
        baseline: { what: 'behind no reply', samples: [shortWork] },
      },
    ]
  })
