/**
 * Where the app is served: `/`, or a folder of a proxy such as `/lab/`. The build has all its scripts in `assets`, which is
 * next to the page.
 */
export const basePath = import.meta.env?.PROD
  ? new URL(/* @vite-ignore */ '../', import.meta.url).pathname
  : '/'

/** The path in the browser of a path in the app: `/api/x` is `/lab/api/x` under `/lab/`. */
export const toBrowserPath = (path: string): string => basePath + path.slice(1)

/** The opposite; null if the path is not in the app. */
export const toAppPath = (path: string): string | null =>
  path.startsWith(basePath) ? path.slice(basePath.length - 1) : null

/**
 * The policy of the page lists our frames by their full path, so the relay must know the base path. Behind a proxy that
 * removes it without a word, and without `PUBLIC_ORIGIN`, the page tells it in a cookie and loads again. Whether it does.
 */
export const reportBasePath = (): boolean => {
  const known = document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content
  const cookie = `base-path=${basePath}`
  const isTold = (): boolean => document.cookie.split('; ').includes(cookie)
  if (known === undefined || known === basePath || isTold()) return false
  document.cookie = `${cookie}; Path=${basePath}; SameSite=Strict`
  // Without cookies it would load for ever.
  if (!isTold()) return false
  location.reload()
  return true
}
