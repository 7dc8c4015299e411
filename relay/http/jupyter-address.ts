// Addresses that people know from JupyterLab and Jupyter Notebook lead to the same notebook or folder here.
import { encodePath } from '../../shared/api/route.ts'
import { parseFilePath, parsePath } from '../files/path.ts'
import { decoded } from './decoded.ts'

const forms = [
  /^\/lab(?:\/workspaces\/[^/]+)?(?:\/tree(?<path>\/.*)?)?$/,
  /^\/(?:doc\/)?tree(?<path>\/.*)?$/,
  /^\/notebooks(?<path>\/.*)?$/,
]

/** The address here, relative to the app's root; null for one that is not Jupyter's, or no path inside the folder. */
export const fromJupyter = (pathname: string): string | null => {
  const found = forms.map((form) => form.exec(pathname.replace(/\/$/, ''))).find((match) => match !== null)
  if (found === undefined) return null
  // jupyter-collaboration names its drive.
  const path = decoded(found.groups?.['path']?.slice(1) ?? '')?.replace(/^RTC:/, '')
  if (path === '') return ''
  if (path === undefined || parseFilePath(path) === null) return null
  if (parsePath(path) !== null) return `notebook/${encodePath(path)}`
  return `?folder=${encodePath(path).replaceAll('+', '%2B')}`
}
