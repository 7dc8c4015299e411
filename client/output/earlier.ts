// What outputs leave for one another. In Jupyter they share one page: one brings a library, those below use it. Here
// each has a frame without an origin, and no two of those can reach one another; so what an output further up left is
// made again, out of sight, in the frames of those that name it. A chart that hangs or leaves takes no other along, the
// outputs stay where readers and keys find them, and what nothing names is run once.

import type { BlobRef } from '../../shared/notebook/blob.ts'
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
  /** As in `OutputPlace`. */
  readonly key: string
  readonly mime: ScriptedMime
  readonly content: string | BlobRef
}

/** Those of the notebook above the output with this key, in their order. */
export type Above = (key: string) => readonly ScriptedOutput[]

/** Milliseconds an output waits for those above it that are running. */
const patience = 5_000

export const mayRun = (mime: FramedMime, content: string): boolean =>
  mime === 'application/javascript' ||
  (scriptedMimes.some((scripted) => scripted === mime) && /<script|\son[a-z]+\s*=/i.test(content))

const word = /[\w$]/
/** Whether the code has the name as a word of its own. */
function mentions(code: string, name: string): boolean {
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + 1))
    if (!word.test(code[at - 1] ?? ' ') && !word.test(code[at + name.length] ?? ' ')) return true
  return false
}

interface Whole extends EarlierOutput {
  readonly key: string
}

export class EarlierOutputs {
  /** What each left when it ran, by its key. */
  private readonly remains = new Map<string, { readonly content: string; readonly names: Set<string> }>()
  /** Settled once it has run. */
  private readonly running = new Map<string, Promise<void>>()
  private readonly ends = new Map<string, () => void>()
  /** Those that ran before it in its frame. */
  private readonly shown = new Map<string, readonly Whole[]>()
  /** What to tell the frames of those that have places others may draw in. */
  private readonly hosts = new Map<string, (guest: Scripted) => void>()
  /** By name; null for one that runs nothing. */
  private readonly texts = new Map<string, string | null>()

  constructor(
    private readonly above: Above,
    private readonly blobs: BlobSource,
  ) {}

  /** An output begins to run in its frame, until `signal`. */
  begin(key: string, content: string, signal: AbortSignal): void {
    this.shown.set(key, [])
    this.remains.set(key, { content, names: new Set() })
    const ended = new Promise<void>((end) => {
      this.ends.set(key, end)
      signal.addEventListener('abort', () => end())
      setTimeout(end, patience)
    })
    this.running.set(key, ended)
  }

  /** What the frame of `key` says of those that ran in it, itself last. */
  left(key: string, names: readonly (readonly string[])[]): void {
    const content = this.remains.get(key)?.content
    if (content === undefined) return
    const ran = [...(this.shown.get(key) ?? []), { key, content }]
    for (const [index, each] of ran.entries()) {
      const known = this.remains.get(each.key)
      const remains =
        known?.content === each.content ? known : { content: each.content, names: new Set<string>() }
      for (const name of names[index] ?? []) remains.names.add(name)
      this.remains.set(each.key, remains)
    }
    this.ends.get(key)?.()
  }

  /** The frame of an output takes in scripts of others, until `signal`. */
  welcome(key: string, signal: AbortSignal, take: (guest: Scripted) => void): void {
    this.hosts.set(key, take)
    signal.addEventListener('abort', () => this.hosts.delete(key))
  }

  /** The nearest output above in the same cell that has an element the script names. */
  private placeOf(key: string, script: string): (ScriptedOutput & { readonly content: string }) | null {
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
   * Runs the script in the frame of the output above it in its cell whose element it names, as Bokeh writes its plots: a
   * place, and a script that draws there. False where there is none.
   */
  async runWhereItDraws(key: string): Promise<boolean> {
    const content = this.remains.get(key)?.content
    if (content === undefined) return false
    const host = this.placeOf(key, content)
    const take = host && this.hosts.get(host.key)
    if (!take) return false
    await this.before(key)
    const there = this.shown.get(host.key) ?? []
    const wanted = (this.shown.get(key) ?? []).filter(
      (earlier) => earlier.key !== host.key && !there.some(({ key: other }) => other === earlier.key),
    )
    this.shown.set(key, wanted)
    this.shown.set(host.key, [...there, ...wanted])
    take({ key, mime: 'application/javascript', content, earlier: wanted })
    return true
  }

  /** Those that are to run in the frame of `key` before it. */
  async before(key: string): Promise<readonly EarlierOutput[]> {
    const content = this.remains.get(key)?.content
    if (content === undefined) return []
    const above = this.above(key)
    await Promise.all(above.flatMap((output) => this.running.get(output.key) ?? []))
    const named = [content]
    const found: Whole[] = []
    for (const output of above.toReversed()) {
      const whole = await this.whole(output)
      if (whole === null) continue
      const remains = this.remains.get(output.key)
      const names = remains?.content === whole.content ? [...remains.names] : null
      if (names?.every((name) => !named.some((code) => mentions(code, name)))) continue
      found.unshift(whole)
      named.push(whole.content)
      const place = whole.mime === 'application/javascript' ? this.placeOf(whole.key, whole.content) : null
      if (place && !mayRun(place.mime, place.content)) found.unshift(place)
    }
    this.shown.set(key, found)
    return found.map(({ mime, content: text }) => ({ mime, content: text }))
  }

  private async whole({ key, mime, content }: ScriptedOutput): Promise<Whole | null> {
    const text = typeof content === 'string' ? content : await this.text(mime, content)
    return text !== null && mayRun(mime, text) ? { key, mime, content: text } : null
  }

  /** Null where it runs nothing, or cannot be had in time. */
  private async text(mime: ScriptedMime, ref: BlobRef): Promise<string | null> {
    const known = this.texts.get(ref.$blob)
    if (known !== undefined) return known
    const value = await new Promise<Leaf | null>((resolve) => {
      const stop = this.blobs.watch(ref, (found) => {
        // What is not here yet may come in a moment.
        if (found !== null) resolve(found)
      })
      setTimeout(() => {
        stop()
        resolve(null)
      }, patience)
    })
    if (value === null) return null
    const lines = Array.isArray(value) ? value.join('') : value
    const text = typeof lines === 'string' && mayRun(mime, lines) ? lines : null
    this.texts.set(ref.$blob, text)
    return text
  }
}
