// One sandboxed frame for one output that may hold scripts. Made when it comes near the viewport and then left
// where it is: a frame that is detached or moved starts anew.

import {
  isChart,
  readFromFrame,
  type FramedMime,
  type FrameTheme,
  type FromFrame,
  type LibraryName,
  type Scripted,
  type ToFrame,
} from '../frame/message.ts'
import { Budget } from './budget.ts'
import { mayRun, type EarlierOutputs } from './earlier.ts'
import { isHost, openFrame, type OutputHosts } from './hosts.ts'
import { librariesFor, libraryNamed } from './libraries.ts'

export interface FramedOutput {
  readonly mime: FramedMime
  /** Asked for each time the frame starts, where it is a function. */
  readonly content: string | (() => string)
  /** The sources of what it is drawn with, where its type alone does not say. */
  readonly libraries?: () => Promise<readonly string[]>
  /** What a widget's frame says. */
  readonly onSaid?: (message: WidgetSaid) => void
}

export type WidgetSaid = FromFrame & { readonly type: 'nb-widget-state' | 'nb-widget-message' }

/** Last known heights in CSS pixels by cell and index, so that a frame made anew takes its old room from the start. */
export type FrameHeights = Map<string, number>

const nearViewport = 1_200
const smallest = 20
const largest = 20_000
/** Until a frame has said its height for the first time. */
const expected = 48

const themeProperties = [
  '--nb-text',
  '--nb-muted',
  '--nb-background',
  '--nb-surface',
  '--nb-border',
  '--nb-accent',
  '--nb-font',
  '--nb-code-font',
]

export class OutputFrame {
  readonly element = document.createElement('div')
  private readonly iframe = document.createElement('iframe')
  /** Ended for good, and what hears the frame meanwhile. */
  private readonly stopped = new AbortController()
  private running = new AbortController()
  private budget = new Budget()
  /** Scripts of others, for when it is shown; null from then on. */
  private guests: Scripted[] | null = []
  /** Servers that it may reach, and those it asked beyond them. */
  private reach: readonly string[] = []
  private wanted: readonly string[] = []
  private note: HTMLElement | null = null
  private pendingHeight: number | null = null

  constructor(
    private readonly output: FramedOutput,
    private readonly key: string,
    private readonly heights: FrameHeights,
    title: string,
    private readonly earlier: EarlierOutputs | null = null,
    private readonly hosts: OutputHosts | null = null,
  ) {
    this.element.className = 'nb-frame'
    this.element.style.height = `${heights.get(key) ?? expected}px`
    this.iframe.title = title
    // What keeps it apart is the response's own sandbox header, see shared/frame-policy.ts.
    this.iframe.setAttribute('sandbox', 'allow-scripts allow-same-origin')
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        near.disconnect()
        this.start()
      },
      { rootMargin: `${nearViewport}px`, scrollMargin: `${nearViewport}px` },
    )
    near.observe(this.element)
    this.stopped.signal.addEventListener('abort', () => near.disconnect())
  }

  dispose(): void {
    this.stopped.abort()
    this.running.abort()
    this.element.remove()
  }

  private start(): void {
    this.running = new AbortController()
    this.budget = new Budget()
    const { signal } = this.running
    window.addEventListener('message', (event) => this.listen(event), { signal })
    const themed = (): void => this.tell({ type: 'nb-theme', theme: this.theme() })
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', themed, { signal })
    const looks = new MutationObserver(themed)
    looks.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['class', 'style', 'data-theme'],
    })
    signal.addEventListener('abort', () => looks.disconnect())
    const { mime, content } = this.output
    if (typeof content === 'string' && mayRun(mime, content)) this.earlier?.begin(this.key, content, signal)
    this.guests = []
    if (mime === 'text/html') this.earlier?.welcome(this.key, signal, (guest) => this.takeIn(guest))
    this.wanted = []
    this.reach = isChart(this.output.mime) ? [] : (this.hosts?.allowed ?? [])
    this.iframe.src = this.reach.length > 0 ? openFrame(this.reach) : '/frame/strict.html'
    const off = this.hosts?.onChange(() => this.wantsNow())
    if (off !== undefined) signal.addEventListener('abort', off)
    signal.addEventListener('abort', () => this.note?.remove())
    this.element.prepend(this.iframe)
  }

  private listen(event: MessageEvent<unknown>): void {
    // A frame that kept an origin was served without its header and gets nothing.
    if (event.source !== this.iframe.contentWindow || event.origin !== 'null') return
    if (!this.budget.spend(() => this.hear(event))) this.stop()
  }

  /** It is taken away and says so, until somebody wants it again. */
  private stop(): void {
    this.running.abort()
    const note = document.createElement('p')
    note.className = 'nb-notice'
    note.setAttribute('role', 'status')
    note.textContent = 'This output was stopped: it sent more messages than the page can take. '
    const again = document.createElement('button')
    again.type = 'button'
    again.textContent = 'Show it again'
    again.addEventListener('click', () => {
      note.remove()
      this.start()
    })
    note.append(again)
    this.iframe.remove()
    this.element.style.height = 'auto'
    this.element.append(note)
  }

  private hear(event: MessageEvent<unknown>): void {
    const message = readFromFrame(event.data)
    if (!message) return
    switch (message.type) {
      case 'nb-ready':
        // One that went to another address of ours, where it may reach more.
        if (message.hosts.join() !== this.reach.join()) return this.stop()
        void this.show()
        return
      case 'nb-wants':
        this.wanted = message.hosts.filter((host) => isHost(host) && !this.reach.includes(host))
        return this.wantsNow()
      case 'nb-library':
        void this.giveLibrary(message.name)
        return
      case 'nb-size':
        this.resize(message.height)
        return
      case 'nb-left':
        this.earlier?.left(message.key, message.names)
        return
      case 'nb-widget-state':
      case 'nb-widget-message':
        this.output.onSaid?.(message)
        return
      default:
        message satisfies never
    }
  }

  private async show(): Promise<void> {
    const { mime, content } = this.output
    try {
      const libraries = await (this.output.libraries?.() ?? librariesFor(mime))
      const now = typeof content === 'string' ? content : content()
      const { key } = this
      if (mime === 'application/javascript' && (await this.earlier?.runWhereItDraws(key))) {
        this.iframe.remove()
        this.element.style.height = '0'
        return
      }
      const earlier = mayRun(mime, now) ? ((await this.earlier?.before(key)) ?? []) : []
      this.tell({ type: 'nb-show', mime, content: now, libraries, key, earlier, theme: this.theme() })
      for (const guest of this.guests?.splice(0) ?? []) this.tell({ type: 'nb-also', ...guest })
      this.guests = null
    } catch (error) {
      console.warn('What a chart is drawn with could not be loaded.', error)
      const reason =
        'What this chart is drawn with is not in this browser yet, and the relay cannot be reached.'
      this.tell({ type: 'nb-missing', reason })
    }
  }

  /** Names the servers that the output wants, and loads from them once its person says so. */
  private wantsNow(): void {
    const { hosts, wanted } = this
    if (hosts === null || wanted.length === 0) return
    this.note?.remove()
    if (wanted.every((host) => hosts.allowed.includes(host))) {
      this.running.abort()
      this.iframe.remove()
      return this.start()
    }
    this.note = document.createElement('p')
    this.note.className = 'nb-notice'
    this.note.setAttribute('role', 'status')
    this.note.textContent = `This output loads from ${wanted.join(', ')}. `
    const load = document.createElement('button')
    load.type = 'button'
    load.textContent = 'Load for this notebook'
    load.addEventListener('click', () => hosts.allow(wanted))
    this.note.append(load)
    this.element.append(this.note)
    this.fit()
  }

  private async giveLibrary(name: LibraryName): Promise<void> {
    const source = await libraryNamed(name).catch((error: unknown) => {
      console.warn('A library of an output could not be loaded.', error)
      return null
    })
    this.tell({ type: 'nb-library', name, source })
  }

  /** The frame's own height, and what is said below it. */
  private fit(): void {
    const height = this.heights.get(this.key) ?? expected
    this.iframe.style.height = this.note?.isConnected ? `${height}px` : ''
    this.element.style.height = this.note?.isConnected ? 'auto' : `${height}px`
  }

  private takeIn(guest: Scripted): void {
    if (this.guests) this.guests.push(guest)
    else this.tell({ type: 'nb-also', ...guest })
  }

  /** At most once a painted frame, whatever an output sends. */
  private resize(height: number): void {
    const waiting = this.pendingHeight !== null
    this.pendingHeight = Math.min(Math.max(Math.ceil(height), smallest), largest)
    if (waiting) return
    requestAnimationFrame(() => {
      const now = this.pendingHeight ?? expected
      this.pendingHeight = null
      if (!this.iframe.isConnected) return
      this.heights.set(this.key, now)
      this.fit()
    })
  }

  tell(message: ToFrame): void {
    this.iframe.contentWindow?.postMessage(message, '*')
  }

  private theme(): FrameTheme {
    const style = getComputedStyle(this.element)
    const dark =
      style.colorScheme === 'dark' ||
      (style.colorScheme.includes('dark') && window.matchMedia('(prefers-color-scheme: dark)').matches)
    const properties: Record<string, string> = {}
    for (const name of themeProperties) {
      const value = style.getPropertyValue(name)
      if (value) properties[name] = value
    }
    return { scheme: dark ? 'dark' : 'light', properties }
  }
}
