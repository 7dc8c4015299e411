// The name of a notebook: relative to the notebooks folder, with `/`, with its ending. And that of any other file.

declare const brand: unique symbol
export type FilePath = string & { readonly [brand]: 'FilePath' | 'NotebookPath' }
export type NotebookPath = string & { readonly [brand]: 'NotebookPath' }

export const ending = '.ipynb'
/** The relay's own folder in the notebooks folder: log, bin, kept versions, ids. */
export const ownFolder = '.llm-notebook'

/** File systems allow 255 bytes a name; a temporary file beside it needs some of them. */
const maxNameBytes = 200
const maxPathBytes = 1000
// Control characters, what other systems forbid, and halves of surrogate pairs, which no file name can hold.
const forbidden = /[\p{Cc}\\:*?"<>|]|\p{Surrogate}/u

export const isName = (name: string): boolean =>
  name !== '' &&
  !name.startsWith('.') &&
  name.trim() === name &&
  !forbidden.test(name) &&
  Buffer.byteLength(name) <= maxNameBytes

/** null where the text is no such name: absolute, with `..`, hidden, too long, or with a forbidden character. */
export const parsePath = (text: string): NotebookPath | null =>
  text.endsWith(ending) &&
  Buffer.byteLength(text) <= maxPathBytes &&
  text.split('/').every(isName) &&
  !text.endsWith(`/${ending}`)
    ? (text as NotebookPath)
    : null

/** As `parsePath`, of any ending. */
export const parseFilePath = (text: string): FilePath | null =>
  Buffer.byteLength(text) <= maxPathBytes && text.split('/').every(isName) ? (text as FilePath) : null
