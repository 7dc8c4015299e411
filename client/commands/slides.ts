import type { CellId } from '../../shared/notebook/notebook.ts'
import { slidesOf } from '../../shared/notebook/document/slides.ts'
import type { NotebookContext } from './context.ts'

export type SlideContext = Pick<NotebookContext, 'notebook' | 'view'>

/** All slides, and the position of the one shown. */
export const shownSlide = ({
  notebook,
  view,
}: SlideContext): { readonly slides: readonly (readonly CellId[])[]; readonly at: number } => {
  const slides = slidesOf(notebook.doc)
  const at = slides.findIndex((cells) => view.slide !== null && cells.includes(view.slide))
  return { slides, at: Math.max(at, 0) }
}

/** False: no slides are shown. */
export const goToSlide = (context: SlideContext, towards: (at: number, last: number) => number): boolean => {
  if (context.view.current !== 'slides') return false
  const { slides, at } = shownSlide(context)
  const last = slides.length - 1
  const [first] = slides[Math.min(Math.max(towards(at, last), 0), last)] ?? []
  if (first !== undefined) context.view.goTo(first)
  return true
}
