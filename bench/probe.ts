// What runs inside the pages that are measured: the product's and the bare ones alike. Each function is sent into the
// page as text before anything of the page has run, so it uses nothing from outside of itself.

declare global {
  interface Window {
    /** Times are milliseconds since 1970 with fractions, comparable between the processes of one machine. */
    benchMarks: { readonly struck: readonly number[]; readonly shown: (nth: number) => Promise<number> }
    /** Milliseconds from a key's event to the frame that shows it. */
    benchPaints: { readonly painted: (nth: number) => Promise<number> }
    /** Milliseconds from the start of the navigation until each of the selectors was seen on a painted frame. */
    benchOpening: Promise<readonly number[]>
  }
}

/**
 * Notes when `mark` is struck, by the event's own time, and when one more of it stands in `selector`.
 * Both pages and Node take their time from the machine's monotonic clock (timeOrigin + now), whose origins were
 * within 0.01 ms of each other when looked at; a message through Node or CDP would itself take longer than what is measured.
 */
export const watchMarks = ({ mark, selector }: { mark: string; selector: string }): void => {
  const struck: number[] = []
  const shown: number[] = []
  let wake = (): void => undefined
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === mark) struck.push(performance.timeOrigin + event.timeStamp)
    },
    { capture: true },
  )
  new MutationObserver(() => {
    const now = performance.timeOrigin + performance.now()
    const count = (document.querySelector(selector)?.textContent ?? '').split(mark).length - 1
    if (count <= shown.length) return
    while (shown.length < count) shown.push(now)
    wake()
  }).observe(document, { subtree: true, childList: true, characterData: true })
  window.benchMarks = {
    struck,
    shown: async (nth) => {
      for (;;) {
        const at = shown[nth - 1]
        if (at !== undefined) return at
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

/** Notes for each key how long the focused text takes to be on the screen with it. */
export const watchPaints = (): void => {
  const painted: number[] = []
  let wake = (): void => undefined
  const length = (): number => document.activeElement?.textContent?.length ?? 0
  const afterFrame = (action: () => void): void => {
    // A frame's callbacks, style, layout and paint are one task: a message posted in it comes after them.
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', action, { once: true })
    port1.start()
    port2.postMessage(null)
  }
  addEventListener(
    'keydown',
    ({ timeStamp }) => {
      const before = length()
      const look = (): void => {
        if (length() === before) requestAnimationFrame(look)
        else
          afterFrame(() => {
            painted.push(performance.now() - timeStamp)
            wake()
          })
      }
      requestAnimationFrame(look)
    },
    { capture: true },
  )
  window.benchPaints = {
    painted: async (nth) => {
      for (;;) {
        const took = painted[nth - 1]
        if (took !== undefined) return took
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

/** Notes when something with text or a box stands at each of the selectors; `click` is clicked once it is there. */
export const watchOpening = ({ selectors, click }: { selectors: string[]; click: string | null }): void => {
  const seen: number[] = []
  let clicked = click === null
  window.benchOpening = new Promise((resolve) => {
    const look = (): void => {
      if (!clicked) {
        const button = document.querySelector<HTMLElement>(click ?? '')
        button?.click()
        clicked = button !== null
      }
      const waitingFor = selectors[seen.length]
      if (waitingFor === undefined) return resolve(seen)
      const found = document.querySelector(waitingFor)
      if (found === null || found.textContent === '') requestAnimationFrame(look)
      else {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener(
          'message',
          () => {
            seen.push(performance.now())
            look()
          },
          { once: true },
        )
        port1.start()
        port2.postMessage(null)
      }
    }
    requestAnimationFrame(look)
  })
}

/**
 * Clicks Run of a cell and gives the milliseconds until `last` stands in its output on a painted frame; with `count`,
 * of the run that has this n in In [n].
 */
export const runUntilShown = async ({
  cell,
  last,
  count,
}: {
  cell: number
  last: string
  count?: string
}): Promise<number> => {
  const element = document.querySelector<HTMLElement>(`nb-cell[aria-label="Code cell ${cell}"]`)
  const from = performance.now()
  element?.querySelector<HTMLElement>('[aria-label="Run cell"]')?.click()
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const shown = document.querySelector(`[aria-label="Output of cell ${cell}"]`)?.textContent ?? ''
    const isThisRun = count === undefined || element?.querySelector('.nb-count')?.textContent === count
    if (isThisRun && shown.includes(last)) return performance.now() - from
  }
}
