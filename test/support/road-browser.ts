// A visitor with the notebook in a Chromium profile, on a wire of their own: the real page and what it stores.
import type { Browser, BrowserContext } from 'playwright'
import { Person, lazyPython } from './app.ts'
import type { Random } from './random.ts'
import { messageEpoch } from '../../shared/protocol.ts'
import { name, type Visitor } from './roads.ts'
import { until } from './until.ts'
import type { Wire } from './wire.ts'

export class RoadBrowser implements Visitor {
  /** This browser’s storage is never filled, so everything is stored. */
  readonly hasUnsavedData = false
  private readonly wire: Wire
  private readonly context: BrowserContext
  private readonly trace: (what: string) => void
  private person: Person | null = null
  private readonly copies = new Set<string>()

  private constructor(wire: Wire, context: BrowserContext, trace: (what: string) => void) {
    this.wire = wire
    this.context = context
    this.trace = trace
  }

  static async make(browser: Browser, wire: Wire, trace: (what: string) => void): Promise<RoadBrowser> {
    const context = await browser.newContext({ serviceWorkers: 'block' })
    await context.addInitScript(lazyPython)
    return new RoadBrowser(wire, context, trace)
  }

  get isOpen(): boolean {
    return this.person !== null && !this.wire.down
  }

  async reopen(): Promise<void> {
    this.wire.down = false
    if (this.person !== null) return
    const person = new Person(await this.context.newPage(), this.context)
    this.person = person
    person.page.on('dialog', (dialog) => void dialog.accept())
    this.listen(person)
    await person.page.goto(`${this.wire.origin}/notebook/${name}`)
  }

  /** Traces requests to the relay and the histories it reports, for reading after a failure. */
  private listen({ page }: Person): void {
    const { trace } = this
    page.on('websocket', (socket) => {
      trace(`connects ${new URL(socket.url()).search}`)
      socket.on('close', () => trace('is disconnected'))
      socket.on('framereceived', ({ payload }) => {
        if (typeof payload === 'string' || payload[0] !== messageEpoch) return
        trace(`hears of history ${payload.toString('latin1', 2)}`)
      })
    })
    page.on('response', (response) => {
      const request = response.request()
      if (!request.url().includes('/recover')) return
      response.text().then(
        (text) => trace(`recovers ${request.postData() ?? ''} -> ${text}`),
        () => trace('hears no answer'),
      )
    })
  }

  /** False while the file is truncated: then there is no notebook, and the visitor comes back later. */
  async ready(): Promise<boolean> {
    if (this.person === null) await this.reopen()
    const { page } = this.openPerson
    const refused = page.getByText(/no such notebook|cannot be read/)
    await until(async () => (await page.locator('nb-cell').count()) + (await refused.count()) > 0)
    if ((await page.locator('nb-cell').count()) > 0) return true
    await this.close()
    return false
  }

  /** The page reconnects by itself. */
  connect(): void {}

  disconnect(): void {
    this.wire.down = true
  }

  async close(): Promise<void> {
    const person = this.person
    this.person = null
    for (const complaint of person?.complaints ?? []) this.trace(`complains: ${complaint}`)
    if (person !== null) await this.lookBeside(person)
    await person?.page.close()
  }

  fill(): void {}

  private get openPerson(): Person {
    if (this.person === null) throw new Error('the page is closed')
    return this.person
  }

  async write(random: Random, word: string): Promise<boolean> {
    const person = this.openPerson
    const count = await person.page.locator('nb-cell').count()
    const index = random.below(count + 1)
    // The history may end while they type, and the page reopens: what was not shown does not count as typed.
    try {
      if (index === count) {
        await person.into(count)
        await person.page.keyboard.press('Escape')
        await person.page.keyboard.press('b')
        await person.page.keyboard.press('Enter')
        await person.page.keyboard.type(word)
      } else await person.type(index + 1, ` ${word}`)
    } catch (error) {
      this.trace(`was interrupted: ${String(error).slice(0, 100)}`)
    }
    const isShown = (await this.sources()).some((source) => source.includes(word))
    if (!isShown) this.trace(`did not show ${word}`)
    return isShown
  }

  async settled(): Promise<boolean> {
    const { page } = this.openPerson
    if ((await page.locator('nb-status[data-sync="saved"][data-file="written"]').count()) === 0) {
      if ((await page.getByText(/no such notebook|cannot be read/).count()) > 0) await page.reload()
      return false
    }
    await this.lookBeside(this.openPerson)
    // Nothing waits to be sent to the relay.
    return page.evaluate((path) => localStorage.getItem(`llm-notebook.superseded.${path}`) === null, name)
  }

  condition(): Promise<string> {
    return this.openPerson.page.locator('nb-status').innerText()
  }

  async sources(): Promise<readonly string[]> {
    return this.openPerson.texts()
  }

  async shown(): Promise<readonly string[]> {
    const ghosts = await this.openPerson.page.locator('nb-ghost').allTextContents()
    return [...(await this.sources()), ...ghosts]
  }

  beside(): Iterable<string> {
    return this.copies
  }

  private async lookBeside({ page }: Person): Promise<void> {
    const links = page.getByRole('status').filter({ hasText: 'The relay had lost' }).getByRole('link')
    for (const copy of await links.allTextContents()) this.copies.add(copy)
  }
}
