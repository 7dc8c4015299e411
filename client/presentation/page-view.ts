// The view of the notebook: for editing, as an app (without code) or as slides. A URL with `?view=` starts with it.
import { Emitter } from '../../shared/emitter.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'

export const pageViews = ['notebook', 'app', 'slides'] as const
export type PageViewName = (typeof pageViews)[number]

export class PageView {
  private name: PageViewName
  private at: CellId | null = null
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on

  constructor() {
    const wanted = new URLSearchParams(location.search).get('view')
    this.name = pageViews.find((each) => each === wanted) ?? 'notebook'
  }

  get current(): PageViewName {
    return this.name
  }

  /** A cell of the slide shown; null for the first. */
  get slide(): CellId | null {
    return this.at
  }

  show(name: PageViewName): void {
    this.name = name
    this.at = null
    const url = new URL(location.href)
    if (name === 'notebook') url.searchParams.delete('view')
    else url.searchParams.set('view', name)
    history.replaceState(history.state, '', url)
    this.changed.emit()
  }

  goTo(slide: CellId): void {
    this.at = slide
    this.changed.emit()
  }
}
