// Downloads the notebook in one of its forms, made here from the document.
import type { ReadImage, Writable } from '../../shared/convert/convert.ts'
import { formatNotebook } from '../document/file-format.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { download } from '../files/download.ts'
import { nameOf } from '../notebooks/notebook-path.ts'
import { folderImage } from '../output/folder-image.ts'
import type { NotebookContext } from './context.ts'

const types: Readonly<Record<Writable, string>> = {
  ipynb: 'application/x-ipynb+json',
  py: 'text/x-python',
  md: 'text/markdown',
  html: 'text/html',
}

const readImage: ReadImage = async (url) => {
  const file = folderImage(url)
  if (file === null) return null
  const { readFile } = await import('../output/folder-file.ts')
  const read = await readFile(file, null).catch((error: unknown) => {
    // Its message says why there is none; the page shows that in the note.
    if (error instanceof Error) return null
    throw error
  })
  return read === null ? null : new Uint8Array(read.bytes)
}

export const exportAs = async (
  {
    notebook,
    blobs,
    announce,
    showError,
  }: Pick<NotebookContext, 'notebook' | 'blobs' | 'announce' | 'showError'>,
  form: Writable,
): Promise<void> => {
  const title = nameOf(notebook.path)
  const content = await blobs.whole(readNotebook(notebook.doc))
  const name = `${title}.${form}`
  try {
    // Loaded on demand.
    const parts = form === 'ipynb' ? null : await import('../../shared/convert/convert.ts')
    const text =
      parts === null
        ? await formatNotebook(content)
        : await parts.writeWithImages(form, content, title, readImage)
    const without = parts?.leftOut(form, content) ?? null
    download(new Blob([text], { type: types[form] }), name)
    announce(`Downloaded ${name}${without === null ? '' : `, without ${without}`}`)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    showError(
      `${name} cannot be exported: this part of the page is not cached yet, and the relay cannot be reached.`,
    )
  }
}
