// Where a link of a note or an output may lead: to other sites, in a tab of its own, to headings and notebooks, and to
// files of the notebook's folder, which are downloaded.
import { toAppPath } from '../base-path.ts'
import { folderPath, folderUrl } from './folder-path.ts'

/** Without a target that is allowed, the link has none. */
export const setTarget = (link: HTMLAnchorElement, url: string): void => {
  const isExternal = URL.canParse(url) && ['http:', 'https:', 'mailto:'].includes(new URL(url).protocol)
  const path = isExternal ? null : folderPath(url)
  const name = /[^/]+\.\w+$/.exec(path ?? '')?.[0]
  if (isExternal) {
    link.href = url
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  } else if (isInternal(url)) link.setAttribute('href', url)
  else if (path !== null && name !== undefined && !name.endsWith('.ipynb')) {
    link.href = folderUrl(path)
    link.download = name
    link.title = `Download ${name}`
  } else link.removeAttribute('href')
}

/** Whether the URL is a heading of this notebook, or another notebook by a relative path. */
const isInternal = (url: string): boolean => {
  if (url.startsWith('#')) return url.length > 1
  if (!/^[^/\\?:#][^\\?:#]*\.ipynb(?:#.*)?$/.test(url) || !URL.canParse(url, location.href)) return false
  const { origin, pathname } = new URL(url, location.href)
  return origin === location.origin && toAppPath(pathname)?.startsWith('/notebook/') === true
}
