// Files in the folder of the notebook, as notes name them: by a path from where the notebook is.
import { urlOf } from '../../shared/api/route.ts'
import { routes } from '../../shared/api/routes.ts'
import { toAppPath, toBrowserPath } from '../base-path.ts'

/** Null if the text is not encoded as URLs are. */
const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const pathIn = (pathname: string): string | null => {
  const [, path] = /^\/notebook\/((?:[^/]+\/)*[^/]+)$/.exec(toAppPath(pathname) ?? '') ?? []
  return path === undefined ? null : decoded(path)
}

/** The path of the open notebook; null if none is open. */
export const openPath = (): string | null => pathIn(location.pathname)

/** The path in the relay's folder; null if the URL is not a relative one of a file. */
export const folderPath = (url: string): string | null => {
  if (!/^[^/\\?#:][^\\:]*$/.test(url) || !URL.canParse(url, location.href)) return null
  const { origin, pathname } = new URL(url, location.href)
  return origin === location.origin ? pathIn(pathname) : null
}

/** Where the browser gets it. The relay sends it as a download. */
export const folderUrl = (path: string): string => toBrowserPath(urlOf(routes.readFile, path))
