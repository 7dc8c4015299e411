// The path of a notebook: relative to the notebooks folder, with `/`, with its ending. And that of any other file.

declare const brand: unique symbol
export type FilePath = string & { readonly [brand]: 'FilePath' | 'NotebookPath' }
export type NotebookPath = string & { readonly [brand]: 'NotebookPath' }

export const ending = '.ipynb'
/** The relay's own folder in the notebooks folder: log, bin, kept revisions, ids. */
export const ownFolder = '.llm-notebook'

/** File systems allow 255 bytes per name; a temporary file next to it needs some of them. */
const maxNameBytes = 200
const maxPathBytes = 1000
// Control characters, characters other systems forbid, and lone surrogates, which no file name can contain.
const forbidden = /[\p{Cc}\\:*?"<>|]|\p{Surrogate}/u

/** Why nothing can have this name; null if it can. */
export const whyNoName = (name: string): string | null => {
  if (name === '') return 'a name is missing'
  if (name === '.' || name === '..') return 'a path stays inside the folder, without . and ..'
  if (name.startsWith('.')) return 'its name begins with a dot, which hides it'
  if (name.trim() !== name) return 'its name begins or ends with a blank'
  const [found] = forbidden.exec(name) ?? []
  if (found !== undefined)
    return /[\p{Cc}\p{Surrogate}]/u.test(found)
      ? 'its name has a character that cannot be seen'
      : `its name has a ${found}, which other systems forbid`
  const bytes = Buffer.byteLength(name)
  return bytes > maxNameBytes ? `its name has ${bytes} bytes; a name has at most ${maxNameBytes}` : null
}

export const isName = (name: string): boolean => whyNoName(name) === null

/** Why `parseFilePath` refuses this one. */
export const whyNoPath = (path: string): string => {
  const bytes = Buffer.byteLength(path)
  return (
    path
      .split('/')
      .map(whyNoName)
      .find((reason) => reason !== null) ?? `its path has ${bytes} bytes; a path has at most ${maxPathBytes}`
  )
}

/** Null if invalid: absolute, with `..`, hidden, too long, or with a forbidden character. */
export const parsePath = (text: string): NotebookPath | null =>
  text.endsWith(ending) &&
  Buffer.byteLength(text) <= maxPathBytes &&
  text.split('/').every(isName) &&
  !text.endsWith(`/${ending}`)
    ? (text as NotebookPath)
    : null

export const whyNoNotebook = (path: string): string =>
  path.endsWith(ending) ? whyNoPath(path) : `it does not end in ${ending}`

/** As `parsePath`, with any ending. */
export const parseFilePath = (text: string): FilePath | null =>
  Buffer.byteLength(text) <= maxPathBytes && text.split('/').every(isName) ? (text as FilePath) : null
