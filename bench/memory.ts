import type { Page } from 'playwright'

/** Kilobytes of the page and its workers, as measured by the browser after a garbage collection. */
export const memoryOf = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const measure = (performance as { measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }> })
      .measureUserAgentSpecificMemory
    if (measure === undefined) throw new Error('the page is not isolated, so its memory cannot be measured')
    const { bytes } = await measure.call(performance)
    return bytes / 1_000
  })
