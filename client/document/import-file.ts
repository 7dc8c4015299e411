// Imports a file from this computer into the relay's folder. It is converted here, with the code of the command line;
// the relay receives an .ipynb.
import { formatNotebook } from './file-format.ts'
import { maxRequestBody } from '../../shared/protocol.ts'
import { createUnderFreeName } from './notebooks-api.ts'

export type Imported =
  | { readonly ok: true; readonly path: string }
  /** The reason names the file. */
  | { readonly ok: false; readonly reason: string }

/** A file name the relay accepts: see relay/files/path.ts. */
const nameFor = (title: string): string => {
  const name = title
    .replace(/[\p{Cc}\\/:*?"<>|]|\p{Surrogate}/gu, '-')
    .replace(/^[.\s]+/, '')
    .trim()
  return Array.from(name).slice(0, 45).join('').trim() || 'notebook'
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`
const tooLarge = (bytes: number): string =>
  `it has ${megabytes(bytes)} of the ${megabytes(maxRequestBody)} that the relay accepts`

/** Creates a notebook with the file's name in `folder`, with " 2", " 3", … if the name is taken. */
export const importFile = async (file: File, folder: string): Promise<Imported> => {
  const fail = (reason: string): Imported => ({ ok: false, reason: `${file.name}: ${reason}` })
  if (file.size > maxRequestBody) return fail(tooLarge(file.size))
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(await file.arrayBuffer())
  } catch (error) {
    if (error instanceof DOMException) return fail('it cannot be read (a folder or deleted)')
    throw error
  }
  const { endingOf, isReadable, readForm, titleOf } = await import('../../shared/convert/convert.ts')
  const ending = endingOf(file.name)
  if (!isReadable(ending)) return fail('only .ipynb, .py and .md can be imported')
  const read = readForm(ending, bytes)
  if (!read.ok) return fail(read.reason)
  const content = await formatNotebook(read.notebook)
  const size = new Blob([JSON.stringify(content)]).size
  if (size > maxRequestBody - 2_000) return fail(tooLarge(size))
  const name = nameFor(titleOf(file.name))
  const made = await createUnderFreeName(folder + name, { content })
  return made.ok ? made : fail(made.reason)
}
