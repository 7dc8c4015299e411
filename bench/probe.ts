// Functions that run in the measured pages, the app's and the baseline's. They are injected as text before any script of
// the page, so they cannot use anything outside themselves.

declare global {
  interface Window {
    /** Milliseconds since 1970 with fractions, comparable between processes of one machine. */
    benchMarks: { readonly typed: readonly number[]; readonly shown: (nth: number) => Promise<number> }
    /** Milliseconds from a key event to the frame that shows it. */
    benchPaints: { readonly painted: (nth: number) => Promise<number> }
    /** Milliseconds from the start of the navigation until each of the selectors was painted. */
    benchOpening: Promise<readonly number[]>
  }
}

/**
 * Records when `mark` is typed, by the time of the event, and when it appears in `selector`. Pages and Node use the same
 * monotonic clock (timeOrigin + now), with origins within 0.01 ms of each other. Measuring through Node or CDP would take
 * longer than what is measured.
 */
export const watchMarks = ({ mark, selector }: { mark: string; selector: string }): void => {
  const typed: number[] = []
  const shown: number[] = []
  let wake = (): void => undefined
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === mark) typed.push(performance.timeOrigin + event.timeStamp)
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
    typed,
    shown: async (nth) => {
      for (;;) {
        const at = shown[nth - 1]
        if (at !== undefined) return at
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

/** Records for each keystroke how long it takes until the changed text is painted. */
export const watchPaints = (): void => {
  const painted: number[] = []
  let wake = (): void => undefined
  const length = (): number => document.activeElement?.textContent?.length ?? 0
  const afterFrame = (action: () => void): void => {
    // Animation callbacks, style, layout and paint are one task, and the message arrives after it.
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

/** Records when each of the selectors matches an element with text. `click` is clicked once it exists. */
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
 * Clicks "Run cell" and returns the milliseconds until a frame shows `last` in the output of the cell. With `count`, waits
 * for that execution count too.
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
  const start = performance.now()
  element?.querySelector<HTMLElement>('[aria-label="Run cell"]')?.click()
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const shown = document.querySelector(`[aria-label="Output of cell ${cell}"]`)?.textContent ?? ''
    const isThisRun = count === undefined || element?.querySelector('.nb-count')?.textContent === count
    if (isThisRun && shown.includes(last)) return performance.now() - start
  }
}
