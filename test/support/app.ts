// The whole app: a relay with its own folder and the built page, and people in separate browser profiles.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright'
import { expect } from 'vitest'
import { startRelay, type Parts, type Relay } from '../../relay/main.ts'
import type { Settings } from '../../relay/config.ts'
import { findChromium } from '../../scripts/chromium.js'
import { browserArgs } from './browser-args.ts'
import { newFolder, settingsFor } from './relay.ts'
import { soon } from './soon.ts'

/** Timeout in milliseconds. Generous, for a busy machine. */
export const patience = 30_000

export const launch = (): Promise<Browser> => {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('Chromium not found: run node scripts/chromium.js')
  return chromium.launch({ executablePath, args: [...browserArgs] })
}

/** One per test worker, because a browser takes a second to start. It ends with its process. */
let shared: Promise<Browser> | null = null

/** A person with a notebook open. Finds things by what the person sees. */
export class Person {
  readonly page: Page
  readonly context: BrowserContext
  /** Unexpected errors of the page. */
  readonly complaints: string[] = []

  constructor(page: Page, context: BrowserContext) {
    this.page = page
    this.context = context
    page.setDefaultTimeout(patience)
    page.on('pageerror', (error) => this.complaints.push(String(error.stack ?? error)))
    // Failures of editor extensions are only logged. Tests may expect network errors, so these are ignored.
    page.on('console', (message) => {
      const unreachable = /^(Failed to load resource|WebSocket connection to)/.test(message.text())
      if (message.type() === 'error' && !unreachable) this.complaints.push(message.text())
    })
  }

  get status(): Locator {
    return this.page.locator('nb-status')
  }

  /** Positions start at 1. */
  cell(position: number): Locator {
    return this.page.locator('nb-cell').nth(position - 1)
  }

  source(position: number): Locator {
    return this.page.getByRole('textbox', { name: `Source of cell ${position}`, exact: true })
  }

  output(position: number): Locator {
    return this.page.getByRole('region', { name: `Output of cell ${position}`, exact: true })
  }

  reply(position: number): Locator {
    return this.page.getByLabel(`Reply of cell ${position}`, { exact: true })
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Chooses from the menus, which are all behind one button in a narrow window. */
  async choose(menu: string, item: string): Promise<void> {
    const bar = this.page.getByRole('menubar')
    const opener = this.page.getByRole('menuitem', { name: menu, exact: true })
    if (!(await bar.isVisible())) await this.button('Menu').click()
    await opener.click()
    await this.page.getByRole('menu').getByLabel(item, { exact: true }).click()
  }

  /** Opens or closes a panel, with the control that this window width has for it. */
  async panel(name: string): Promise<void> {
    if ((this.page.viewportSize()?.width ?? 0) > 760) await this.button(name).click()
    else await this.choose(name === 'Keys' ? 'Help' : 'View', name)
  }

  /** Waits until the status line shows this state. */
  async until(what: 'sync' | 'file' | 'kernel', value: string): Promise<void> {
    await this.page
      .locator(`nb-status[data-${what}="${value}"]`)
      .waitFor({ timeout: patience, state: 'attached' })
  }

  async cellIs(position: number, status: string): Promise<void> {
    await this.page
      .locator('nb-cell')
      .nth(position - 1)
      .and(this.page.locator(`[data-status="${status}"]`))
      .waitFor({ timeout: 2 * patience, state: 'attached' })
  }

  /** Focuses the source of a cell. */
  async into(position: number): Promise<void> {
    await this.source(position).click()
    await this.cell(position).locator('.cm-content:focus').first().waitFor()
  }

  /** Types at the end of a cell's source. */
  async type(position: number, text: string): Promise<void> {
    await this.into(position)
    await this.page.keyboard.press('Control+End')
    await this.page.keyboard.type(text)
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  async run(position: number): Promise<void> {
    await this.into(position)
    await this.page.keyboard.press('Control+Enter')
  }

  /** Waits until the page’s service worker has stored everything that is needed without a relay. */
  async keptForOffline(): Promise<void> {
    const folder = fileURLToPath(new URL('../../dist/client/pyodide/', import.meta.url))
    const python = (await readdir(folder)).filter((name) => !/\.(br|gz)$/.test(name))
    if (python.length === 0) throw new Error('the build has no Python')
    const isKept = async (wanted: readonly string[]): Promise<boolean> => {
      if (navigator.serviceWorker.controller === null) return false
      const found = await Promise.all(wanted.map((path) => caches.match(path)))
      return found.every((response) => response !== undefined)
    }
    const paths = ['/', '/frame/strict.html', ...python.map((name) => `/pyodide/${name}`)]
    await expect.poll(() => this.page.evaluate(isKept, paths), { timeout: 2 * patience }).toBe(true)
  }

  /** The source of a cell as shown, without the carets of others. */
  async text(position: number): Promise<string> {
    await this.source(position).waitFor()
    return (await this.texts(position))[0] ?? ''
  }

  /** The sources of all cells, or of one, read at the same time. */
  texts(position?: number): Promise<string[]> {
    const name = new RegExp(`^Source of cell ${position ?? '\\d+'}$`)
    return this.page.getByRole('textbox', { name }).evaluateAll((sources) =>
      sources.map((source) => {
        const copy = source.cloneNode(true) as Element
        for (const mark of copy.querySelectorAll('.nb-caret, .cm-placeholder')) mark.remove()
        const lines = [...copy.querySelectorAll('.cm-line')].map((line) => line.textContent)
        return (lines.length > 0 ? lines.join('\n') : copy.textContent).replaceAll('\u200b', '')
      }),
    )
  }
}

/** Runs in the page. Makes Python start only with the first run. */
export const lazyPython = (): void => {
  Object.defineProperty(navigator, 'connection', { value: { saveData: true } })
}

/** With `SLOW=4 npm test`, scripts of pages run at a quarter of the speed, as on a slow machine. */
const slowness = Number(process.env['SLOW'] ?? 1)

const slow = async (page: Page): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowness })
}

export class App {
  readonly folder: string
  private readonly browser: Browser
  private readonly contexts: BrowserContext[] = []
  private relay: Relay | null
  private port: number
  /** Notebooks made by `meet`. */
  private created = 0
  private readonly parts: Parts
  private readonly settings: Partial<Settings>

  private constructor(
    folder: string,
    browser: Browser,
    relay: Relay,
    parts: Parts,
    settings: Partial<Settings>,
  ) {
    this.folder = folder
    this.browser = browser
    this.relay = relay
    this.port = relay.port
    this.parts = parts
    this.settings = settings
  }

  /** `files`: contents by name, written to the folder before the start. */
  static async start(
    files: Readonly<Record<string, string>> = {},
    parts: Parts = {},
    settings: Partial<Settings> = {},
  ): Promise<App> {
    const folder = await newFolder()
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    const relay = await startRelay(settingsFor(folder, settings), parts)
    shared ??= launch()
    return new App(folder, await shared, relay, parts, settings)
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Opens a notebook, or the list if `path` is '', in a new browser profile. Python only starts with the first run. */
  async person(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Person> {
    const context = await this.newContext(options)
    await context.addInitScript(lazyPython)
    return this.tab(context, path)
  }

  /** A browser profile, which is closed with the app. */
  async newContext(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext(options)
    this.contexts.push(context)
    // A page that is closed at once is not slowed down.
    if (slowness > 1) context.on('page', (page) => void slow(page).catch(() => undefined))
    return context
  }

  /** A person without service worker, whose page opens faster. */
  writer(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Person> {
    return this.person(path, { serviceWorkers: 'block', ...options })
  }

  /** The profile of a person who has used the app before. */
  returning(name: string, color: string): NonNullable<Parameters<Browser['newContext']>[0]> {
    const identity = { name: 'llm-notebook.identity', value: JSON.stringify({ name, color }) }
    return { storageState: { cookies: [], origins: [{ origin: this.origin, localStorage: [identity] }] } }
  }

  /** As `writer`, once everything is saved. */
  async opened(path = 'a.ipynb', options: Parameters<Browser['newContext']>[0] = {}): Promise<Person> {
    const person = await this.writer(path, options)
    await person.until('sync', 'saved')
    return person
  }

  /** Two people who have used the app before. */
  async anaAndBen(): Promise<[ana: Person, ben: Person]> {
    const ana = await this.writer('', this.returning('Ana', '#b3261e'))
    return [ana, await this.writer('', this.returning('Ben', '#1f63b5'))]
  }

  /** Opens a new notebook for these people; returns its path once each of them shows all of it. */
  async meet(people: readonly Person[], content: string): Promise<string> {
    const path = `notebook-${++this.created}.ipynb`
    await this.create(path, content)
    const { cells } = JSON.parse(content) as { cells: unknown[] }
    for (const { page } of people) await page.goto(`${this.origin}/notebook/${path}`)
    for (const person of people) {
      await expect.poll(() => person.page.locator('nb-cell').count(), soon).toBe(cells.length)
      await person.until('sync', 'saved')
    }
    return path
  }

  /** Another tab of the same browser profile. */
  async tab(context: BrowserContext, path: string): Promise<Person> {
    const person = new Person(await context.newPage(), context)
    await person.page.goto(this.origin + (path === '' ? '/' : `/notebook/${path}`))
    return person
  }

  /** The folder is kept. */
  async stopRelay(): Promise<void> {
    const relay = this.relay
    this.relay = null
    await relay?.close()
  }

  /** Starts the relay again with the same port and folder. */
  async startRelay(change: Partial<Settings> = {}): Promise<void> {
    this.relay = await startRelay(
      settingsFor(this.folder, { ...this.settings, ...change, port: this.port }),
      this.parts,
    )
  }

  /** Creates a notebook by the API. */
  async create(path: string, content: string): Promise<void> {
    const answer = await fetch(`${this.origin}/api/notebooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path, content }),
    })
    if (answer.status !== 201) throw new Error(`${path} was not created: ${await answer.text()}`)
  }

  file(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8')
  }

  async close(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()))
    await this.stopRelay()
    await rm(this.folder, { recursive: true, force: true })
  }
}
