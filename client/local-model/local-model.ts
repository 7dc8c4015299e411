// A model in the page: a GGUF file that its person chose, or one beside the notebook. There is one for all notebooks of
// the page. The engine, and what answers with it, are loaded with the first file.
import { Emitter } from '../../shared/emitter.ts'
import type { Engine } from './engine.ts'

export type LocalModelState =
  | { readonly status: 'none' }
  /** `share`: of the step, from 0 to 1. */
  | {
      readonly status: 'loading'
      readonly name: string
      readonly step: 'fetching' | 'loading'
      readonly share: number
    }
  | { readonly status: 'ready'; readonly name: string }
  | { readonly status: 'failed'; readonly name: string; readonly reason: string }

const isGguf = async (file: Blob): Promise<boolean> => (await file.slice(0, 4).text()) === 'GGUF'

export class LocalModel {
  private current: LocalModelState = { status: 'none' }
  engine: Engine | null = null
  /** The name of what can be asked now: while another file is fetched, the one before. */
  loaded: string | null = null
  /** Of the last file that was chosen: the state of an earlier one is no longer reported. */
  private turn = 0
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on

  get state(): LocalModelState {
    return this.current
  }

  private set(state: LocalModelState): void {
    this.current = state
    this.changed.emit()
  }

  /** Loads a file, in the place of the one before. */
  async open(name: string, file: File): Promise<void> {
    const turn = ++this.turn
    const isLast = (): boolean => turn === this.turn
    const before = this.engine
    this.engine = this.loaded = null
    this.set({ status: 'loading', name, step: 'loading', share: 0 })
    try {
      await before?.close()
      if (!(await isGguf(file))) throw new Error('it is no GGUF file')
      const { Engine } = await import('./engine.ts')
      const engine = await Engine.load(file, (share) => {
        if (isLast()) this.set({ status: 'loading', name, step: 'loading', share })
      })
      if (!isLast()) return await engine.close()
      this.engine = engine
      this.loaded = name
      this.set({ status: 'ready', name })
    } catch (error) {
      if (isLast()) this.fail(name, error instanceof Error ? error.message : String(error))
    }
  }

  /** Loads `name` of the folder, unless it is there already or comes. Where the folder lacks it, somebody has to choose. */
  async want(folder: string, name: string): Promise<void> {
    const { current } = this
    if ((current.status === 'ready' || current.status === 'loading') && current.name === name) return
    const turn = ++this.turn
    const isLast = (): boolean => turn === this.turn
    this.set({ status: 'loading', name, step: 'fetching', share: 0 })
    const { fetchModel } = await import('./fetch-model.ts')
    const fetched = await fetchModel(folder, name, (share) => {
      if (isLast()) this.set({ status: 'loading', name, step: 'fetching', share })
    })
    if (!isLast()) return
    if (fetched.ok) await this.open(name, fetched.file)
    else if (fetched.status === 404 || fetched.offline)
      this.set(current.status === 'loading' ? { status: 'none' } : current)
    else this.fail(name, fetched.reason)
  }

  private fail(name: string, reason: string): void {
    this.set({ status: 'failed', name, reason })
  }
}
