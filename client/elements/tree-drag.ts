import type { ReactiveControllerHost } from 'lit'
import { leaves } from './leaves.ts'
import { listen } from './listen.ts'
import { WhileConnected } from './while-connected.ts'

const type = 'application/x-llm-notebook-path'

/** Drags notebooks and folders of the tree into a folder: onto it or what is in it, or to the top. */
export class TreeDrag {
  private dragged: string | null = null
  private marked: Element | null = null

  /** `move`: the path of what is dragged, and of the folder, '' for the top. */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly move: (path: string, folder: string) => void,
  ) {
    host.addController(
      new WhileConnected(() => [
        listen(host, ['dragstart'], this.onStart),
        listen(host, ['dragover'], this.onOver),
        listen(host, ['dragleave'], this.onLeave),
        listen(host, ['drop'], this.onDrop),
        listen(host, ['dragend'], this.onEnd),
        this.onEnd,
      ]),
    )
  }

  private readonly onStart = (event: DragEvent): void => {
    const row = event.target instanceof Element ? event.target.closest('.nb-tree-row[draggable]') : null
    const { path, folder } = row?.querySelector<HTMLElement>('[data-path], [data-folder]')?.dataset ?? {}
    const dragged = path ?? folder
    if (dragged === undefined || event.dataTransfer === null) return
    this.dragged = dragged
    event.dataTransfer.setData(type, dragged)
    event.dataTransfer.effectAllowed = 'all'
  }

  /** The folder below the pointer, and its element; null where the drop would change nothing. */
  private target({ target }: DragEvent): { readonly folder: string; readonly element: Element } | null {
    const { dragged } = this
    if (dragged === null || !(target instanceof Element)) return null
    const element = target.closest('[data-into]')
    const folder = element instanceof HTMLElement ? element.dataset['into'] : undefined
    if (element === null || folder === undefined) return null
    const isWhereItIs = folder === dragged.slice(0, Math.max(dragged.lastIndexOf('/'), 0))
    return isWhereItIs || `${folder}/`.startsWith(`${dragged}/`) ? null : { folder, element }
  }

  private readonly onOver = (event: DragEvent): void => {
    const target = this.target(event)
    this.mark(target?.element ?? null)
    if (target === null || event.dataTransfer === null) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'move'
  }

  private readonly onLeave = (event: DragEvent): void => {
    if (leaves(this.host, event)) this.mark(null)
  }

  private readonly onDrop = (event: DragEvent): void => {
    const [target, { dragged }] = [this.target(event), this]
    this.onEnd()
    if (target === null || dragged === null) return
    event.preventDefault()
    this.move(dragged, target.folder)
  }

  private readonly onEnd = (): void => {
    this.dragged = null
    this.mark(null)
  }

  private mark(element: Element | null): void {
    if (element === this.marked) return
    this.marked?.removeAttribute('data-drop')
    element?.setAttribute('data-drop', '')
    this.marked = element
  }
}
