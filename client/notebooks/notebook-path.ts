// The path of a notebook as people see it, and its URL.
import { encodePath } from '../../shared/api/route.ts'
import { toBrowserPath } from '../base-path.ts'

export const withoutEnding = (path: string): string => path.replace(/\.ipynb$/, '')

/** Without its folder. */
export const nameOf = (path: string): string => withoutEnding(path.slice(path.lastIndexOf('/') + 1))

export const notebookUrl = (path: string): string => toBrowserPath(`/notebook/${encodePath(path)}`)
