// The notebooks of this page whose Python is at work. Their tabs and the icon of the browser's tab show it, as in
// JupyterLab: one need not watch a long run.
import { Emitter } from '../../shared/emitter.ts'
import type { Kernel } from './kernel.ts'

/** Milliseconds after which a run counts: short ones would only flicker. */
const delay = 500

export class RunningKernels {
  private readonly paths = new Map<Kernel, () => string>()
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on

  has(path: string): boolean {
    return [...this.paths.values()].some((pathOf) => pathOf() === path)
  }

  get any(): boolean {
    return this.paths.size > 0
  }

  /** Returns a function that ends it. */
  follow(kernel: Kernel, path: () => string): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = (): void => {
      clearTimeout(timer)
      timer = undefined
      if (this.paths.delete(kernel)) this.changed.emit()
    }
    const begin = (): void => {
      this.paths.set(kernel, path)
      this.changed.emit()
    }
    const unlisten = kernel.onChange(() => {
      if (kernel.status === 'busy') timer ??= setTimeout(begin, delay)
      else stop()
    })
    return () => {
      unlisten()
      stop()
    }
  }
}

/** Another icon in the browser's tab while any of them runs. */
export const showInIcon = (running: RunningKernels): void => {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (icon === null) return
  const idle = icon.href
  const busy = new URL('favicon-busy.svg', idle).href
  running.onChange(() => void (icon.href = running.any ? busy : idle))
}
