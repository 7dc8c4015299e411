// From a key until the model's suggestion is shown, with a model server that answers at once. The page waits 300 ms for
// further keys before it asks. The baseline is an empty page that waits as long and then sends one request.
import type { Page } from 'playwright'
import { ModelServer } from './model.ts'
import { cellsOf } from './notebooks.ts'
import { closingAll, launchBrowser, startBareServer, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const rounds = 20
const pause = 300

declare global {
  interface Window {
    /** Milliseconds from the last key until a suggestion is in the page. */
    benchSuggested: () => Promise<number>
  }
}

/** Runs in the page, before its scripts. */
const watchSuggestions = (): void => {
  let [typed, shown] = [0, 0]
  let wake = (): void => undefined
  addEventListener(
    'keydown',
    ({ timeStamp }) => {
      typed = timeStamp
      shown = 0
    },
    { capture: true },
  )
  new MutationObserver(() => {
    if (shown > 0 || document.querySelector('.nb-suggestion') === null) return
    shown = performance.now()
    wake()
  }).observe(document, { subtree: true, childList: true })
  window.benchSuggested = async () => {
    if (shown === 0) await new Promise<void>((resolve) => (wake = resolve))
    return shown - typed
  }
}

const waitAndFetch = (page: Page): Promise<number> =>
  page.evaluate(async (milliseconds) => {
    const began = performance.now()
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    await (await fetch('/empty')).text()
    return performance.now() - began
  }, pause)

export const suggesting: Bench = () =>
  closingAll(async (keep) => {
    const model = await keep(
      ModelServer.start((send, response) => {
        send({ content: ' + 1' })
        send({}, 'stop')
        response.end('data: [DONE]\n\n')
      }),
    )
    const bareServer = await keep(startBareServer())
    const env = { LLM_BASE_URL: model.address, LLM_MODEL: 'bench' }
    const relay = await keep(startRelay({ 'a.ipynb': cellsOf('x = 1') }, env))
    const browser = await keep(launchBrowser())
    const [page, bare] = [await browser.newPage(), await browser.newPage()]
    await page.addInitScript(watchSuggestions)
    await bare.goto(`${bareServer.origin}/empty`)
    await page.goto(`${relay.origin}/settings`)
    await page.getByRole('checkbox', { name: 'Suggestions while typing' }).check()
    await page.goto(`${relay.origin}/notebook/a.ipynb`)
    await page.locator('nb-cell nb-source').click()
    await page.locator('.cm-content:focus').waitFor()
    await page.locator('nb-status[data-sync="saved"]').waitFor()
    await page.keyboard.press('Control+End')
    const [ours, baseline]: [number[], number[]] = [[], []]
    for (let round = -2; round < rounds; round++) {
      await page.keyboard.press('1')
      const took = await page.evaluate(() => window.benchSuggested())
      const best = await waitAndFetch(bare)
      if (round < 0) continue
      ours.push(took)
      baseline.push(best)
    }
    return [
      {
        what: `key → suggestion, with a pause of ${pause} ms`,
        unit: 'ms',
        ours,
        baseline: { what: 'the same pause and one request', samples: baseline },
      },
    ]
  })
