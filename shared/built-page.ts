// The built page (index.html) refers to its scripts relative to itself, but is shown at every path of the app.

/**
 * `root` is the URL of the app's root, relative or absolute, with a final slash. `basePath` is the server's guess of its
 * path, which the page checks (client/base-path.ts).
 */
export const pageUnder = (page: string, root: string, basePath: string): string =>
  page
    .replaceAll('="./', () => `="${root}`)
    .replace('name="base-path" content="/"', () => `name="base-path" content="${basePath}"`)
