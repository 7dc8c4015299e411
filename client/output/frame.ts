// A sandboxed frame for an output that may have scripts. Loaded when it comes near the viewport, and never moved
// afterwards, because moving or detaching an iframe reloads it.

import { isDark } from '../settings/look.ts'
import { toBrowserPath } from '../base-path.ts'
import {
  isChart,
  readFromFrame,
  type FramedMime,
  type FrameQuestion,
  type FrameTheme,
  type FromFrame,
  type LibraryName,
  type Scripted,
  type ToFrame,
} from '../frame/message.ts'
import type { FrameState } from '../kernel/live-frames.ts'
import { MessageBudget } from './message-budget.ts'
import { mayRun, type OutputDependencies } from './output-dependencies.ts'
import type { Allowed } from './allowed.ts'
import { isHost, openFrameUrl } from './hosts.ts'
import { librariesFor, libraryNamed } from './libraries.ts'
import { setTarget } from './link-target.ts'
import { whenNear } from './when-near.ts'

export interface FramedOutput {
  readonly mime: FramedMime
  /** A function is called each time the frame starts. */
  readonly content: string | (() => string)
  /** Sources of the required libraries, if they do not follow from the type. */
  readonly libraries?: () => Promise<readonly string[]>
  readonly onWidgetMessage?: (message: WidgetFrameMessage) => void
  /** The frame of data that a plain table shows, where Python may know it. */
  readonly data?: ShownData
}

/** What Python says about a frame of data. */
export interface ShownData {
  readonly state: () => FrameState
  readonly onChange: (listener: () => void) => () => void
  readonly ask: (question: FrameQuestion) => Promise<unknown>
}

export type WidgetFrameMessage = FromFrame & { readonly type: 'nb-widget-state' | 'nb-widget-message' }

/** Last known heights in CSS pixels by output key, so that a new frame has its old height from the start. */
export type FrameHeights = Map<string, number>

// CSS pixels.
const nearViewport = 1_200
const minHeight = 20
const maxHeight = 20_000
const initialHeight = 48

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

/** Whether the message comes from this window or from a frame inside it. */
const isWithin = (source: MessageEventSource | null, outer: Window | null): boolean => {
  if (outer === null || source === window) return false
  let at = source as Window | null
  while (at !== null && at !== outer && at.parent !== at) at = at.parent
  return at === outer
}

export class OutputFrame {
  readonly element = document.createElement('div')
  private readonly iframe = document.createElement('iframe')
  private readonly disposed = new AbortController()
  /** Aborted when the frame is stopped or restarted. */
  private running = new AbortController()
  private budget = new MessageBudget()
  /** Scripts of other outputs to run once this one is shown; null from then on. */
  private guests: Scripted[] | null = []
  /** The hosts the frame may load from, and other hosts it tried to load from. */
  private allowedHosts: readonly string[] = []
  private blockedHosts: readonly string[] = []
  private note: HTMLElement | null = null
  private linkNote: HTMLElement | null = null
  private pendingHeight: number | null = null

  constructor(
    private readonly output: FramedOutput,
    private readonly key: string,
    private readonly heights: FrameHeights,
    title: string,
    private readonly earlier: OutputDependencies | null = null,
    private readonly hosts: Pick<Allowed, 'allowed' | 'allow' | 'onChange'> | null = null,
  ) {
    this.element.className = 'nb-frame'
    this.element.style.height = `${heights.get(key) ?? initialHeight}px`
    this.iframe.title = title
    // The frame is isolated by the sandbox header of the response, see shared/frame-policy.ts.
    this.iframe.setAttribute('sandbox', 'allow-scripts allow-same-origin')
    const stopWaiting = whenNear(this.element, nearViewport, () => this.start())
    this.disposed.signal.addEventListener('abort', stopWaiting)
  }

  dispose(): void {
    this.disposed.abort()
    this.running.abort()
    this.element.remove()
  }

  private start(): void {
    this.running = new AbortController()
    this.budget = new MessageBudget()
    const { signal } = this.running
    window.addEventListener('message', (event) => this.onMessage(event), { signal })
    const updateTheme = (): void => this.send({ type: 'nb-theme', theme: this.theme() })
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', updateTheme, { signal })
    const rootObserver = new MutationObserver(updateTheme)
    rootObserver.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['class', 'style', 'data-theme'],
    })
    signal.addEventListener('abort', () => rootObserver.disconnect())
    const { mime, content } = this.output
    if (typeof content === 'string' && mayRun(mime, content))
      this.earlier?.begin(this.key, content, signal, () => this.restart())
    this.guests = []
    if (mime === 'text/html')
      this.earlier?.addHost(
        this.key,
        signal,
        (guest) => this.runGuest(guest),
        () => this.restart(),
      )
    this.blockedHosts = []
    this.allowedHosts = isChart(this.output.mime) ? [] : (this.hosts?.allowed ?? [])
    this.iframe.src =
      this.allowedHosts.length > 0 ? openFrameUrl(this.allowedHosts) : toBrowserPath('/frame/strict.html')
    const off = this.hosts?.onChange(() => this.offerHosts())
    if (off !== undefined) signal.addEventListener('abort', off)
    const stop = this.output.data?.onChange(() => this.sayLive())
    if (stop !== undefined) signal.addEventListener('abort', stop)
    signal.addEventListener('abort', () => {
      this.note?.remove()
      this.linkNote?.remove()
    })
    this.element.prepend(this.iframe)
  }

  private onMessage(event: MessageEvent<unknown>): void {
    const own = this.iframe.contentWindow
    if (!isWithin(event.source, own)) return
    // A frame with an origin was served without its sandbox header, so its messages are ignored, as are those of frames
    // within it. They count all the same.
    const isHeard = event.source === own && event.origin === 'null'
    if (!this.budget.spend(() => isHeard && this.handle(event))) this.stop()
  }

  /** Removes the frame and offers to start it again. */
  private stop(): void {
    this.running.abort()
    const note = document.createElement('p')
    note.className = 'nb-notice'
    note.setAttribute('role', 'status')
    note.textContent = 'This output was stopped because it sent too many messages. '
    const again = document.createElement('button')
    again.type = 'button'
    again.textContent = 'Show again'
    again.addEventListener('click', () => {
      note.remove()
      this.start()
    })
    note.append(again)
    this.iframe.remove()
    this.element.dataset['stopped'] = ''
    this.element.style.height = 'auto'
    this.element.append(note)
  }

  private handle(event: MessageEvent<unknown>): void {
    const message = readFromFrame(event.data)
    if (!message) return
    switch (message.type) {
      case 'nb-ready':
        // The output navigated its frame to a URL that allows other hosts.
        if (message.hosts.join() !== this.allowedHosts.join()) return this.stop()
        void this.show()
        return
      case 'nb-blocked-hosts':
        this.blockedHosts = message.hosts.filter((host) => isHost(host) && !this.allowedHosts.includes(host))
        return this.offerHosts()
      case 'nb-library':
        void this.sendLibrary(message.name)
        return
      case 'nb-file':
        void this.sendFile(message.url)
        return
      case 'nb-size':
        this.resize(message.height)
        return
      case 'nb-link':
        return this.offerLink(message.url)
      case 'nb-shown':
        this.element.dataset['shown'] = ''
        return
      case 'nb-frame-ask':
        void this.askPython(message.id, message.question)
        return
      case 'nb-globals':
        this.earlier?.record(message.key, message.names)
        return
      case 'nb-widget-state':
      case 'nb-widget-message':
        this.output.onWidgetMessage?.(message)
        return
      default:
        message satisfies never
    }
  }

  private async show(): Promise<void> {
    const { mime, content } = this.output
    try {
      const libraries = await (this.output.libraries?.() ?? librariesFor(mime))
      const current = typeof content === 'string' ? content : content()
      const { key } = this
      if (mime === 'application/javascript' && (await this.earlier?.runInHost(key))) {
        this.iframe.remove()
        this.element.style.height = '0'
        this.element.dataset['shown'] = ''
        return
      }
      const earlier = mayRun(mime, current) ? ((await this.earlier?.dependencies(key)) ?? []) : []
      this.send({ type: 'nb-show', mime, content: current, libraries, key, earlier, theme: this.theme() })
      this.sayLive()
      for (const guest of this.guests?.splice(0) ?? []) this.send({ type: 'nb-run-script', ...guest })
      this.guests = null
    } catch (error) {
      console.warn('A chart library could not be loaded:', error)
      const reason = 'The chart library is not in this browser yet, and the relay cannot be reached.'
      this.send({ type: 'nb-missing', reason })
    }
  }

  private sayLive(): void {
    const { data } = this.output
    if (data) this.send({ type: 'nb-live', state: data.state() })
  }

  private async askPython(id: number, question: FrameQuestion): Promise<void> {
    const answer = (await this.output.data?.ask(question)) ?? null
    this.send({ type: 'nb-frame-answer', id, answer })
  }

  /** Shows the blocked hosts with a button to allow them, or restarts the frame if they are allowed by now. */
  private offerHosts(): void {
    const { hosts, blockedHosts } = this
    if (hosts === null || blockedHosts.length === 0) return
    this.note?.remove()
    if (blockedHosts.every((host) => hosts.allowed.includes(host))) return this.restart()
    this.note = document.createElement('p')
    this.note.className = 'nb-notice'
    this.note.setAttribute('role', 'status')
    this.note.textContent = `This output loads from ${blockedHosts.join(', ')}. `
    const load = document.createElement('button')
    load.type = 'button'
    load.textContent = 'Load for this notebook'
    load.addEventListener('click', () => hosts.allow(blockedHosts))
    this.note.append(load)
    this.element.append(this.note)
    this.fit()
  }

  /** Whoever is to go there sees where it is: an output could say anything in an address. */
  private offerLink(url: string): void {
    this.linkNote?.remove()
    const link = document.createElement('a')
    link.textContent = url
    setTarget(link, url)
    if (!link.hasAttribute('href')) return
    this.linkNote = document.createElement('p')
    this.linkNote.className = 'nb-notice'
    this.linkNote.setAttribute('role', 'status')
    this.linkNote.append('This output links to ', link, '.')
    this.element.append(this.linkNote)
    this.fit()
    this.linkNote.scrollIntoView({ block: 'nearest' })
  }

  private restart(): void {
    this.running.abort()
    this.iframe.remove()
    this.start()
  }

  private async sendLibrary(name: LibraryName): Promise<void> {
    const source = await libraryNamed(name).catch((error: unknown) => {
      console.warn('A library for an output could not be loaded:', error)
      return null
    })
    this.send({ type: 'nb-library', name, source })
  }

  /** None where an output could send it to a server. */
  private async sendFile(url: string): Promise<void> {
    const load = async (): Promise<Blob | null> =>
      this.allowedHosts.length > 0 ? null : (await import('./folder-media.ts')).folderMedia(url)
    const file = await load().catch((error: unknown) => {
      console.warn(`${url} could not be loaded:`, error)
      return null
    })
    this.send({ type: 'nb-file', url, file })
  }

  /** Makes room for the frame and the notes below it. */
  private fit(): void {
    const height = this.heights.get(this.key) ?? initialHeight
    const hasNote = this.note?.isConnected === true || this.linkNote?.isConnected === true
    this.iframe.style.height = hasNote ? `${height}px` : ''
    this.element.style.height = hasNote ? 'auto' : `${height}px`
    this.element.toggleAttribute('data-blank', height === 0 && !hasNote)
  }

  private runGuest(guest: Scripted): void {
    if (this.guests) this.guests.push(guest)
    else this.send({ type: 'nb-run-script', ...guest })
  }

  /** At most once per animation frame, however many messages an output sends. */
  private resize(height: number): void {
    const isScheduled = this.pendingHeight !== null
    // 0: there is nothing to see.
    this.pendingHeight = height === 0 ? 0 : Math.min(Math.max(Math.ceil(height), minHeight), maxHeight)
    if (isScheduled) return
    requestAnimationFrame(() => {
      const latest = this.pendingHeight ?? initialHeight
      this.pendingHeight = null
      if (!this.iframe.isConnected) return
      this.heights.set(this.key, latest)
      this.fit()
    })
  }

  send(message: ToFrame): void {
    this.iframe.contentWindow?.postMessage(message, '*')
  }

  private theme(): FrameTheme {
    const style = getComputedStyle(this.element)
    const dark = isDark(this.element)
    const properties: Record<string, string> = {}
    for (const name of themeProperties) {
      const value = style.getPropertyValue(name)
      // Charts want one colour.
      if (value) properties[name] = value.replace(/^light-dark\((.*), ?(.*)\)$/, dark ? '$2' : '$1')
    }
    return { scheme: dark ? 'dark' : 'light', properties }
  }
}
