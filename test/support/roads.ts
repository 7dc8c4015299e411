// Random histories with everything that can happen: browsers that are open, closed, offline, or with full storage; a relay
// that is restarted, killed, and loses its log or gets an older one; a file that other programs save, restore or truncate;
// messages that are dropped. Whatever happens, each word that was shown as typed and not deleted by anyone is in exactly
// one place: in the notebook, or in a copy that a page points to.
import { chmod, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startRelay, type Relay } from '../../relay/main.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { Random } from './random.ts'
import { newFolder, notebookText, settingsFor } from './relay.ts'
import { until } from './until.ts'
import type { Wire } from './wire.ts'

export const name = 'a.ipynb'
const times = {
  quiet: 20,
  atMost: 60,
  retry: 30,
  retryAtMost: 60,
  settle: 10,
  pause: 40,
  longPause: 80,
  blobs: 50,
}
/** Milliseconds until a history counts as never settling: a history of two seconds takes a minute on a busy machine. */
const patience = 110_000
// If a history ends while they type, their word may end up directly before another one.
const word = /w\d{3}w/g
const wordsIn = (text: string): readonly string[] => text.match(word) ?? []

const said = (text: string): string => {
  const read = parseNotebook(text)
  return read.ok ? JSON.stringify(read.notebook.cells.map(({ source }) => source)) : read.reason
}

/** Someone with the notebook in a browser: a simulated page in Node, or one in Chromium. */
export interface Visitor {
  readonly isOpen: boolean
  /** Whether this page has words that are nowhere else. Then closing it asks first, and the visitor stays. */
  readonly hasUnsavedData: boolean
  /** Opens the notebook, or comes back to it, as far as possible without waiting. */
  reopen(): void | Promise<void>
  /** Resolves with whether there is a cell to write in. */
  ready(): Promise<boolean>
  /** Reconnects after the relay has come back. */
  connect(): void
  disconnect(): void
  close(): void | Promise<void>
  /** Fills the browser’s storage, or frees it. */
  fill(full: boolean): void
  /** Writes the word into an existing or new cell. Resolves with whether it is shown. */
  write(random: Random, word: string): Promise<boolean>
  /** Whether the relay and the file have everything and nothing waits for recovery. Retries what failed. */
  settled(): boolean | Promise<boolean>
  /** What it waits for, in case it does not settle. */
  condition(): string | Promise<string>
  /** Sources of the cells, as shown. */
  sources(): readonly string[] | Promise<readonly string[]>
  /** The same, and the sources of deleted cells that are offered for review. */
  shown(): readonly string[] | Promise<readonly string[]>
  /** Other notebooks that the page points to. */
  beside(): Iterable<string> | Promise<Iterable<string>>
}

export interface Visitors {
  readonly visitors: readonly Visitor[]
  /** The proxies between them and the relay. */
  readonly wires: readonly Wire[]
}

/** `origin`: the relay's. */
export type Invite = (origin: string, trace: (nth: number, what: string) => void) => Promise<Visitors>

/** One relay in one folder, browsers, two other programs, and what they wrote. */
class World {
  readonly folder: string
  readonly random: Random
  readonly log: string[]
  readonly typed = new Set<string>()
  readonly deleted = new Set<string>()
  readonly pages: readonly Visitor[]
  /** Selects whose storage is full. It is separate, so that histories of known seeds stay the same. */
  private readonly stores: Random
  private readonly wires: readonly Wire[]
  private readonly port: number
  private relay: Relay | null
  /** The contents that the other programs have read. */
  private buffers: string[]
  /** A copy of the relay’s own folder at an earlier time. */
  private backup: string | null = null
  private files: string[] = []
  /** Contents read by other programs before the relay forgot the earlier versions of the file. */
  private forgotten = new Set<string>()
  private count = 0

  private constructor(
    folder: string,
    random: Random,
    relay: Relay,
    text: string,
    log: string[],
    { visitors, wires }: Visitors,
  ) {
    this.folder = folder
    this.random = random
    this.stores = new Random(random.seed + 1)
    this.relay = relay
    this.port = relay.port
    this.wires = wires
    this.buffers = [text, text]
    this.files = [text]
    this.log = log
    this.pages = visitors
  }

  static async make(random: Random, invite: Invite): Promise<World> {
    const folder = await newFolder()
    const text = notebookText('start0 = 0', 'start1 = 1')
    await writeFile(join(folder, name), text)
    const relay = await startRelay(settingsFor(folder), { times })
    const log: string[] = []
    const invited = await invite(`http://127.0.0.1:${relay.port}`, (nth, what) =>
      log.push(`  page ${nth} ${what}`),
    )
    return new World(folder, random, relay, text, log, invited)
  }

  private get file(): string {
    return join(this.folder, name)
  }

  private get own(): string {
    return join(this.folder, '.llm-notebook')
  }

  async end(): Promise<void> {
    for (const page of this.pages) await page.close()
    await this.relay?.close()
    for (const wire of this.wires) await wire.stop()
    for (const folder of [this.folder, `${this.folder}.backup`, `${this.folder}.crash`])
      await rm(folder, { recursive: true, force: true })
  }

  private fresh(): string {
    return `w${String(this.count++).padStart(3, '0')}w`
  }

  private async start(): Promise<void> {
    this.relay = await startRelay(settingsFor(this.folder, { port: this.port }), { times })
    for (const page of this.pages) if (page.isOpen) page.connect()
  }

  private async stop(): Promise<void> {
    await this.relay?.close()
    this.relay = null
  }

  /** Leaves what a kill leaves: the disk as it is now, regardless of what the relay does while it stops. */
  private async kill(): Promise<void> {
    const copy = `${this.folder}.crash`
    // Nobody receives what the relay sends after that.
    const up = this.wires.filter((wire) => !wire.down)
    for (const wire of up) wire.down = true
    for (let copied = false; !copied;) {
      // Files appear and disappear while they are copied.
      copied = await cp(this.folder, copy, { recursive: true, force: true }).then(
        () => true,
        () => false,
      )
    }
    await this.stop()
    await rm(this.folder, { recursive: true })
    await cp(copy, this.folder, { recursive: true, preserveTimestamps: true })
    await rm(copy, { recursive: true })
    for (const wire of up) wire.down = false
  }

  /** One random step. */
  async step(): Promise<void> {
    const { random } = this
    if (this.stores.chance(0.1)) await this.fill()
    const page = random.pick(this.pages)
    const kind = random.below(20)
    if (kind < 7) return this.type(page)
    switch (kind) {
      case 7:
        return page.isOpen ? this.say('offline', () => page.disconnect()) : this.open(page)
      case 8:
        return page.hasUnsavedData ? this.say('not closed') : this.say('closed', () => page.close())
      case 9:
        return this.open(page)
      case 10:
      case 11:
        return this.save()
      case 12: {
        this.log.push('a program reads the file')
        const text = await readFile(this.file, 'utf8').catch(() => null)
        if (text !== null && parseNotebook(text).ok) {
          this.buffers[random.below(2)] = text
          this.files.push(text)
        }
        return
      }
      case 13:
        return this.putBack()
      case 14:
        this.log.push('the file cut off')
        return writeFile(this.file, (await readFile(this.file, 'utf8').catch(() => '')).slice(0, 50))
      case 15:
        this.log.push('a message dropped')
        this.dropOne()
        return
      case 16:
        this.log.push('restart')
        await this.stop()
        return this.start()
      case 17:
        this.log.push('kill')
        await this.kill()
        return this.start()
      case 18:
        return this.lose()
      default:
        this.log.push('backup')
        await this.stop()
        await rm(`${this.folder}.backup`, { recursive: true, force: true })
        await cp(this.own, `${this.folder}.backup`, {
          recursive: true,
          filter: (file) => !/-(wal|shm)$/.test(file),
        })
        this.backup = `${this.folder}.backup`
        return this.start()
    }
  }

  private fill(): Promise<void> {
    const [page, full] = [this.stores.pick(this.pages), this.stores.chance(0.7)]
    return this.say(`the store of page ${this.pages.indexOf(page)} is ${full ? '' : 'not '}full`, () =>
      page.fill(full),
    )
  }

  private async putBack(): Promise<void> {
    const text = this.random.pick(this.files)
    this.log.push(`an older file put back: ${said(text)}`)
    this.replaces(text)
    await writeFile(this.file, text)
  }

  private async say(what: string, act?: () => void | Promise<void>): Promise<void> {
    this.log.push(what)
    await act?.()
  }

  private open(page: Visitor): Promise<void> {
    return this.say('open', () => page.reopen())
  }

  private async type(page: Visitor): Promise<void> {
    // If there is no notebook at the moment, nothing is shown to write in.
    if (!(await page.ready())) return
    const made = this.fresh()
    this.log.push(`page ${this.pages.indexOf(page)} types ${made}`)
    if (await page.write(this.random, made)) this.typed.add(made)
  }

  /** Saving a file that the relay cannot know to be older deletes the words that it lacks, as far as anyone can tell. */
  private replaces(read: string): void {
    if (!this.forgotten.has(read)) return
    for (const made of this.typed) if (!read.includes(made)) this.deleted.add(made)
  }

  /** A program changes what it read at some earlier time, and saves it. */
  private async save(): Promise<void> {
    const at = this.random.below(2)
    this.replaces(this.buffers[at] ?? '')
    const notebook = JSON.parse(this.buffers[at] ?? '') as { cells: { source: string | string[] }[] }
    const cell = this.random.pick(notebook.cells)
    const source = [cell.source].flat().join('')
    if (this.random.chance(0.2)) {
      const gone = wordsIn(source)[0]
      if (gone !== undefined) this.deleted.add(gone)
      cell.source = gone === undefined ? source : source.replace(gone, '')
    } else cell.source = `${source} ${this.fresh()}`
    const text = JSON.stringify(notebook, null, 1)
    this.log.push(`a program saves ${said(JSON.stringify(notebook))}`)
    this.buffers[at] = text
    this.files.push(text)
    await writeFile(this.file, text)
  }

  private dropOne(): void {
    const toRelay = this.random.chance(0.5)
    for (const wire of this.wires)
      wire.drops = (_, isToRelay) => {
        if (isToRelay !== toRelay) return false
        wire.drops = () => false
        return true
      }
  }

  private async lose(): Promise<void> {
    const { random } = this
    await this.stop()
    const older = random.chance(0.5)
    let forgets = true
    if (this.backup !== null && random.chance(0.5)) {
      this.log.push(`an older log put back${older ? ', with an older file' : ''}`)
      forgets = false
      await rm(this.own, { recursive: true })
      await cp(this.backup, this.own, { recursive: true })
    } else if (random.chance(0.5)) {
      this.log.push(`all its data lost${older ? ', an older file put back' : ''}`)
      await rm(this.own, { recursive: true })
    } else {
      this.log.push(`its log lost${older ? ', an older file put back' : ''}`)
      for (const end of ['', '-wal', '-shm']) await rm(join(this.own, `log.sqlite${end}`), { force: true })
    }
    if (forgets) this.forgotten = new Set([...this.files, ...this.buffers])
    const text = await readFile(this.file, 'utf8').catch(() => '')
    // Without a log, an unreadable file is not a notebook.
    if (older || !parseNotebook(text).ok) await writeFile(this.file, random.pick(this.files))
    return this.start()
  }

  /** Everybody comes back, and waits until everything has settled. */
  async settle(): Promise<void> {
    const text = await readFile(this.file, 'utf8').catch(() => '')
    if (!parseNotebook(text).ok) {
      this.replaces(this.files.at(-1) ?? '')
      await writeFile(this.file, this.files.at(-1) ?? '')
    }
    await chmod(this.file, 0o644)
    for (const page of this.pages) {
      page.fill(false)
      await this.open(page)
    }
    const isQuiet = async (): Promise<boolean> =>
      (await Promise.all(this.pages.map(async (page) => page.settled()))).every(Boolean)
    await expect.poll(isQuiet, { timeout: patience, interval: 20 }).toBe(true)
    const inFile = async (): Promise<boolean> => {
      const read = parseNotebook(await readFile(this.file, 'utf8'))
      if (!read.ok || !(await isQuiet())) return false
      const sources = JSON.stringify(read.notebook.cells.map(({ source }) => source))
      const shown = await Promise.all(this.pages.map(async (page) => page.sources()))
      return shown.every((texts) => JSON.stringify(texts) === sources)
    }
    await expect.poll(inFile, { timeout: patience, interval: 20 }).toBe(true)
  }

  async check(): Promise<void> {
    const [page] = this.pages
    if (page === undefined) throw new Error('no page')
    const shown = await page.shown()
    const all = shown.flatMap(wordsIn)
    const beside = new Set<string>()
    const copies = await Promise.all(this.pages.map(async (each) => each.beside()))
    for (const copy of new Set(copies.flatMap((each) => [...each])))
      for (const found of wordsIn(await readFile(join(this.folder, copy), 'utf8'))) beside.add(found)
    for (const made of this.typed) {
      if (this.deleted.has(made)) continue
      const times = all.filter((found) => found === made).length
      const where = `${made} in ${JSON.stringify(shown)}, beside ${JSON.stringify([...beside])}`
      expect(times, where).toBeLessThanOrEqual(1)
      if (times === 0) expect([...beside], where).toContain(made)
    }
  }
}

/** A history of so many steps, after which everybody comes back. */
export const runHistory = async (random: Random, invite: Invite, steps: number): Promise<void> => {
  const world = await World.make(random, invite)
  try {
    for (const page of world.pages) await page.reopen()
    for (const page of world.pages) await until(() => page.ready(), patience)
    for (let step = 0; step < steps; step++) await world.step()
    await world.settle()
    await world.check()
  } catch (error) {
    const conditions = await Promise.all(world.pages.map(async (page) => page.condition()))
    const text = [`seed ${random.seed}: ${String(error)}`, ...world.log, ...conditions].join('\n')
    throw new Error(text, { cause: error })
  } finally {
    await world.end()
  }
}
