// The code of the folders' CRAFT.ipynb for this page's kernel: offered when a kernel has started, and run only by a click.
import type * as Y from 'yjs'
import { Emitter } from '../../shared/emitter.ts'
import type { Craft } from '../../shared/context/craft.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import { cellId } from '../../shared/notebook/notebook.ts'
import { plainText, shownOutputs } from '../../shared/notebook/output/output.ts'
import { fetchCraft } from '../document/models-api.ts'
import type { KernelPeer } from './peer.ts'
import { runApart } from './run-apart.ts'

interface CraftCodeOptions {
  readonly doc: Y.Doc
  readonly python: KernelPeer
  /** The notebook's path. */
  readonly path: () => string
  /** Whether this page's person may run code of this notebook here. */
  readonly mayRun: () => boolean
}

export class CraftCode {
  private readonly options: CraftCodeOptions
  private waiting: readonly Craft[] = []
  /** Of the kernel's life that was looked at last; null before the first. */
  private life: number | null = null
  private isUnwanted = false
  private readonly changes = new Emitter()
  readonly onChange = this.changes.on
  private readonly stop: () => void

  constructor(options: CraftCodeOptions) {
    this.options = options
    this.stop = options.python.kernel.onChange(() => void this.look())
  }

  /** With code that this kernel has not run, from the top folder down. */
  get offered(): readonly Craft[] {
    return this.isUnwanted || !this.options.mayRun() ? [] : this.waiting
  }

  /** Once in the life of a kernel. */
  private async look(): Promise<void> {
    const { status, ends } = this.options.python.kernel
    if (status === 'off' || status === 'failed' || this.life === ends || !this.options.mayRun()) return
    this.life = ends
    this.set([])
    const answer = await fetchCraft(this.options.path())
    if (answer.ok && this.life === ends) this.set(answer.craft.filter(({ code }) => code.length > 0))
  }

  private set(waiting: readonly Craft[]): void {
    if (this.waiting.length === 0 && waiting.length === 0) return
    this.waiting = waiting
    this.changes.emit()
  }

  /** Not offered again on this page. */
  dismiss(): void {
    this.isUnwanted = true
    this.changes.emit()
  }

  /** Cell by cell up to the first that fails; why it did, or null. */
  async run(): Promise<string | null> {
    const { doc, python } = this.options
    const all = this.waiting
    this.set([])
    const cell = python.lastRunCell ?? visibleCells(doc)[0] ?? cellId('')
    for (const { from, code } of all)
      for (const each of code) {
        const { signal } = new AbortController()
        const { status, outputs } = await runApart({ doc, python, cell, code: each }, signal)
        if (status === 'done') continue
        const shown = shownOutputs(outputs).map(plainText).join('\n').trim()
        return `${from}: ${shown.split('\n').at(-1) || status}`
      }
    return null
  }

  destroy(): void {
    this.stop()
  }
}
