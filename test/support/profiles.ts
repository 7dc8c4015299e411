// Browser profiles that tests use one after another. A page in a new profile takes three seconds of processor time to
// open, one in a page that is there takes one.
import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright'

/** Runs in the page. Makes Python start only with the first run. */
export const lazyPython = (): void => {
  Object.defineProperty(navigator, 'connection', { value: { saveData: true } })
}

const [width, height] = [1280, 720]

/** What can be changed in a page that is there. */
const changeable: ReadonlySet<string> = new Set(['serviceWorkers', 'viewport', 'storageState'])

/** After these calls a page is not what it was, and is closed. */
const changing = {
  context: ['addInitScript', 'exposeBinding', 'exposeFunction', 'newCDPSession', 'on', 'route', 'setOffline'],
  page: ['addInitScript', 'exposeBinding', 'exposeFunction', 'route', 'routeWebSocket'],
} as const

/** What tests listen to. The driver has listeners of its own for other events. */
const heard = [
  'console',
  'dialog',
  'download',
  'pageerror',
  'request',
  'requestfailed',
  'response',
  'websocket',
  'worker',
] as const

interface Profile {
  readonly page: Page
  readonly devtools: CDPSession
  changed: boolean
}

const noteCalls = (target: object, names: readonly string[], note: () => void): void => {
  for (const name of names) {
    const call: unknown = Reflect.get(target, name)
    if (typeof call !== 'function') throw new Error(`no ${name}`)
    Reflect.set(target, name, (...values: readonly unknown[]): unknown => {
      note()
      return Reflect.apply(call, target, values)
    })
  }
}

/** Milliseconds until a page that does not leave is closed instead. */
const leaving = 5_000

/** False if the page or its server is gone. */
const emptied = async (context: BrowserContext, { page, devtools }: Profile): Promise<boolean> => {
  if (page.isClosed()) return false
  for (const event of heard) page.removeAllListeners(event)
  page.once('dialog', (question) => void question.accept())
  try {
    for (const other of context.pages()) if (other !== page) await other.close()
    const { origin } = new URL(page.url())
    // A plain page of the app: a blank one would end the process of the page.
    await page.goto(`${origin}/none`, { timeout: leaving })
    await page.evaluate(() => sessionStorage.clear())
    await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
    await context.clearCookies()
    await context.clearPermissions()
    await page.mouse.move(0, 0)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  } finally {
    page.removeAllListeners('dialog')
  }
}

export class Profiles {
  /** Also those in use. */
  private readonly all = new Map<BrowserContext, Profile>()
  private readonly free: BrowserContext[] = []

  constructor(private readonly browser: Browser) {}

  /** A page without service worker in a profile that nobody has used. */
  async take(origin: string, options: BrowserContextOptions): Promise<Page> {
    if (!Object.keys(options).every((name) => changeable.has(name))) return this.fresh(options)
    const context = this.free.pop()
    const page = context === undefined ? await this.reusable() : this.all.get(context)?.page
    if (page === undefined) throw new Error('a free profile without its page')
    const { viewport, storageState } = options
    await page.setViewportSize(viewport ?? { width, height })
    const kept = typeof storageState === 'object' ? storageState.origins : []
    const [own] = kept
    if (own !== undefined) {
      if (kept.length > 1 || own.origin !== origin) throw new Error('only the app’s own storage is supported')
      await page.goto(`${origin}/none`)
      await page.evaluate((items) => {
        for (const { name, value } of items) localStorage.setItem(name, value)
      }, own.localStorage)
    }
    return page
  }

  private async fresh(options: BrowserContextOptions): Promise<Page> {
    const context = await this.browser.newContext({ serviceWorkers: 'block', ...options })
    await context.addInitScript(lazyPython)
    return context.newPage()
  }

  private async reusable(): Promise<Page> {
    const page = await this.fresh({})
    const context = page.context()
    const profile: Profile = { page, devtools: await context.newCDPSession(page), changed: false }
    const note = (): void => {
      profile.changed = true
    }
    noteCalls(context, changing.context, note)
    noteCalls(page, changing.page, note)
    this.all.set(context, profile)
    return page
  }

  /** Empties a profile for the next who takes it, or closes it. */
  async leave(context: BrowserContext): Promise<void> {
    const profile = this.all.get(context)
    if (profile !== undefined && !profile.changed && (await emptied(context, profile))) {
      this.free.push(context)
      return
    }
    this.all.delete(context)
    await context.close()
  }
}
