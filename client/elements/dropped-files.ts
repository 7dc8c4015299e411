import { cellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { NbFiles } from './nb-files.ts'
import type { NbPage } from './nb-page.ts'

/** Files that are not notebooks, dropped on a page; `target` is what was below them. */
export interface DroppedFiles {
  readonly files: readonly File[]
  readonly target: EventTarget | null
}

/** Images go into the note they were dropped on, all else to the notebook's files. */
export const takeFiles = async (
  page: NbPage,
  context: NotebookContext | undefined,
  { files, target }: DroppedFiles,
): Promise<void> => {
  const id = target instanceof Element ? target.closest<HTMLElement>('nb-cell')?.dataset['cellId'] : undefined
  if (context !== undefined && id !== undefined && files.every(({ type }) => type.startsWith('image/'))) {
    const { dropImages } = await import('../commands/drop-images.ts')
    if (await dropImages(context, cellId(id), files)) return
  }
  const panels = context?.panels
  if (panels?.isOpen('files') === false) panels.toggle('files')
  await page.updateComplete
  await import('./nb-files.ts')
  await page.updateComplete
  await page.querySelector<NbFiles>('nb-files')?.upload(files)
}
