import type { CDPSession, Page } from 'playwright'

/** What the main thread of a page has done since it was opened. */
export class MainThread {
  private readonly session: CDPSession

  private constructor(session: CDPSession) {
    this.session = session
  }

  static async of(page: Page): Promise<MainThread> {
    const session = await page.context().newCDPSession(page)
    // Time of the processor: what other programs take of a busy machine does not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    return new MainThread(session)
  }

  /** Milliseconds of tasks, or only of scripts. */
  async milliseconds(name: 'TaskDuration' | 'ScriptDuration' = 'TaskDuration'): Promise<number> {
    const { metrics } = await this.session.send('Performance.getMetrics')
    const found = metrics.find((metric) => metric.name === name)
    if (found === undefined) throw new Error(`the browser does not report ${name}`)
    return found.value * 1_000
  }
}
