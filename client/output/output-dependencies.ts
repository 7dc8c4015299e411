// Dependencies between outputs with scripts. In Jupyter all outputs share one page: one loads a library, later ones use it.
// Here each output has a sandboxed frame of its own, so an earlier output is run again, hidden, in the frame of every later
// output that mentions one of the globals it defined. Outputs stay isolated from one another, so that one that hangs does
// not affect others, and an output that no other one depends on runs only once.

import type { BlobRef } from '../../shared/notebook/output/blob.ts'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import type { BlobSource } from '../blobs/notebook-blobs.ts'
import {
  scriptedMimes,
  type EarlierOutput,
  type FramedMime,
  type Scripted,
  type ScriptedMime,
} from '../frame/message.ts'

export interface ScriptedOutput {
  /** See `OutputPlace`. */
  readonly key: string
  readonly mime: ScriptedMime
  readonly content: string | BlobRef
}

/** The outputs of the notebook above the one with this key, in order. */
export type OutputsAbove = (key: string) => readonly ScriptedOutput[]

export const mayRun = (mime: FramedMime, content: string): boolean =>
  mime === 'application/javascript' ||
  (scriptedMimes.some((scripted) => scripted === mime) && /<script|\son[a-z]+\s*=/i.test(content))

const word = /[\w$]/
/** Whether the code contains the name as a whole word. */
const mentions = (code: string, name: string): boolean => {
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + 1))
    if (!word.test(code[at - 1] ?? ' ') && !word.test(code[at + name.length] ?? ' ')) return true
  return false
}

const mentionsAny = (codes: readonly string[], names: Iterable<string>): boolean =>
  [...names].some((name) => codes.some((code) => mentions(code, name)))

interface Whole extends EarlierOutput {
  readonly key: string
}

export class OutputDependencies {
  /** The globals each output defined, by its key; null until it reports them. */
  private readonly globals = new Map<
    string,
    { readonly content: string; readonly names: ReadonlySet<string> | null }
  >()
  /** Resolved once the output has run. */
  private readonly running = new Map<string, Promise<void>>()
  private readonly ends = new Map<string, () => void>()
  /** For each output that did not report in time, those that were started without it. */
  private readonly late = new Map<string, { readonly key: string; readonly codes: readonly string[] }[]>()
  private readonly restarts = new Map<string, () => void>()
  /** The earlier outputs that ran in each output's frame. */
  private readonly inFrame = new Map<string, readonly Whole[]>()
  /** Run a script in the frame of the output with this key. */
  private readonly hosts = new Map<string, (guest: Scripted) => void>()
  /** Contents of blobs by name; null for those without scripts. */
  private readonly texts = new Map<string, string | null>()

  /** `timeout`: milliseconds an output waits for running outputs above it. */
  constructor(
    private readonly above: OutputsAbove,
    private readonly blobs: BlobSource,
    private readonly timeout = 5_000,
  ) {}

  /** An output starts to run in its frame, until `signal` is aborted. `restart` runs it again. */
  begin(key: string, content: string, signal: AbortSignal, restart: () => void): void {
    this.restarts.set(key, restart)
    signal.addEventListener('abort', () => this.restarts.delete(key))
    this.inFrame.set(key, [])
    this.globals.set(key, { content, names: null })
    const ended = new Promise<void>((end) => {
      this.ends.set(key, end)
      signal.addEventListener('abort', () => end())
      setTimeout(end, this.timeout)
    })
    this.running.set(key, ended)
  }

  /** Records the globals defined by each of the outputs that ran in the frame of `key`, its own last. */
  record(key: string, names: readonly (readonly string[])[]): void {
    const content = this.globals.get(key)?.content
    if (content === undefined) return
    const ran = [...(this.inFrame.get(key) ?? []), { key, content }]
    for (const [index, each] of ran.entries()) {
      const known = this.globals.get(each.key)
      const before = known?.content === each.content ? known.names : null
      this.globals.set(each.key, {
        content: each.content,
        names: new Set([...(before ?? []), ...(names[index] ?? [])]),
      })
    }
    this.ends.get(key)?.()
    const defined = this.globals.get(key)?.names ?? []
    const waiting = (this.late.get(key) ?? []).filter(({ key: skipping, codes }) => {
      if (!mentionsAny(codes, defined)) return true
      this.restarts.get(skipping)?.()
      return false
    })
    this.late.set(key, waiting)
  }

  /** Registers a frame as able to run scripts of other outputs, until `signal` is aborted. */
  addHost(key: string, signal: AbortSignal, run: (guest: Scripted) => void, restart: () => void): void {
    this.hosts.set(key, run)
    this.restarts.set(key, restart)
    signal.addEventListener('abort', () => {
      this.hosts.delete(key)
      this.restarts.delete(key)
    })
  }

  /** The nearest output above in the same cell that has an element whose id occurs in the script. */
  private hostOf(key: string, script: string): (ScriptedOutput & { readonly content: string }) | null {
    const cell = key.slice(0, key.lastIndexOf('/') + 1)
    for (const { key: other, mime, content } of this.above(key).toReversed()) {
      if (!other.startsWith(cell)) return null
      if (mime !== 'text/html' || typeof content !== 'string') continue
      const ids = [...content.matchAll(/\sid\s*=\s*["']?([\w-]+)/g)]
      if (ids.some(([, id]) => id !== undefined && mentions(script, id))) return { key: other, mime, content }
    }
    return null
  }

  /**
   * Runs the script in the frame of the output that has its target element. Bokeh, for example, writes a plot as one output
   * with an element and another with a script. Returns false if there is no such output.
   */
  async runInHost(key: string): Promise<boolean> {
    const content = this.globals.get(key)?.content
    if (content === undefined) return false
    const host = this.hostOf(key, content)
    const run = host && this.hosts.get(host.key)
    if (!run) return false
    // Run again, it needs the element as it was.
    const again = this.restarts.get(key)
    this.restarts.set(key, () => {
      this.restarts.get(host.key)?.()
      again?.()
    })
    await this.dependencies(key)
    const present = this.inFrame.get(host.key) ?? []
    const missing = (this.inFrame.get(key) ?? []).filter(
      (earlier) => earlier.key !== host.key && !present.some(({ key: other }) => other === earlier.key),
    )
    this.inFrame.set(key, missing)
    this.inFrame.set(host.key, [...present, ...missing])
    run({ key, mime: 'application/javascript', content, earlier: missing })
    return true
  }

  /** The earlier outputs that must run first in the frame of `key`. */
  async dependencies(key: string): Promise<readonly EarlierOutput[]> {
    const content = this.globals.get(key)?.content
    if (content === undefined) return []
    const above = this.above(key)
    await Promise.all(above.flatMap((output) => this.running.get(output.key) ?? []))
    const codes = [content]
    const found: Whole[] = []
    for (const output of above.toReversed()) {
      const whole = await this.whole(output)
      if (whole === null) continue
      const globals = this.globals.get(output.key)
      if (globals?.content === whole.content) {
        if (globals.names === null)
          this.late.set(output.key, [...(this.late.get(output.key) ?? []), { key, codes: [...codes] }])
        if (!mentionsAny(codes, globals.names ?? [])) continue
      }
      found.unshift(whole)
      codes.push(whole.content)
      const host = whole.mime === 'application/javascript' ? this.hostOf(whole.key, whole.content) : null
      if (host && !mayRun(host.mime, host.content)) found.unshift(host)
    }
    this.inFrame.set(key, found)
    return found.map(({ mime, content: text }) => ({ mime, content: text }))
  }

  private async whole({ key, mime, content }: ScriptedOutput): Promise<Whole | null> {
    const text = typeof content === 'string' ? content : await this.text(mime, content)
    return text !== null && mayRun(mime, text) ? { key, mime, content: text } : null
  }

  /** Null if it has no scripts or is not available in time. */
  private async text(mime: ScriptedMime, ref: BlobRef): Promise<string | null> {
    const known = this.texts.get(ref.$blob)
    if (known !== undefined) return known
    const value = await new Promise<Leaf | null>((resolve) => {
      const stop = this.blobs.watch(ref, (found) => {
        // Null: not available yet.
        if (found !== null) resolve(found)
      })
      setTimeout(() => {
        stop()
        resolve(null)
      }, this.timeout)
    })
    if (value === null) return null
    const lines = Array.isArray(value) ? value.join('') : value
    const text = typeof lines === 'string' && mayRun(mime, lines) ? lines : null
    this.texts.set(ref.$blob, text)
    return text
  }
}
