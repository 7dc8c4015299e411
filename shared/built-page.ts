// The built page (index.html) refers to its scripts relative to itself, but is shown at every path of the app.

/**
 * `root` is a URL, relative or absolute, of the app's root with a slash at its end. `basePath` is the path the server
 * believes it to have, which the page checks (client/base-path.ts).
 */
export const pageUnder = (page: string, root: string, basePath: string): string =>
  page
    .replaceAll('="./', () => `="${root}`)
    .replace('name="base-path" content="/"', () => `name="base-path" content="${basePath}"`)
