// The editor is half of all the page's script, and a notebook can be read without it. So it loads once the notebook is
// shown, or when somebody wants to write earlier.
import type * as editor from './assemble.ts'

export type EditorModule = typeof editor

let loaded: EditorModule | null = null
let loading: Promise<EditorModule> | null = null

/** Null until it is loaded. */
export const loadedEditor = (): EditorModule | null => loaded

/** Fails where the script cannot be fetched; the next call tries again. */
export const loadEditor = (): Promise<EditorModule> => {
  loading ??= import('./assemble.ts').then(
    (module) => (loaded = module),
    (error: unknown) => {
      loading = null
      throw error
    },
  )
  return loading
}
