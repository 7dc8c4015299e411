// The page can be installed as an app: its manifest and icons are served, also under a path of a proxy and
// offline, and a file opened with the app becomes a notebook.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, lazyPython, Person } from '../support/app.ts'
import { FolderProxy } from '../support/folder-proxy.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({ 'a.ipynb': notebookText('x') })
})
afterAll(() => app.close())

interface Manifest {
  readonly name: string
  readonly start_url: string
  readonly scope: string
  readonly display: string
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose?: string }[]
  readonly file_handlers: readonly { readonly action: string; readonly accept: object }[]
}

/** The content of the page's manifest, as the browser reads it. */
const installed = (person: Person): Promise<object> =>
  person.page.evaluate(async () => {
    const { href } = document.querySelector<HTMLLinkElement>('link[rel="manifest"]') ?? { href: '' }
    const answer = await fetch(href)
    const manifest = (await answer.json()) as Manifest
    const at = (path: string): string => new URL(path, href).pathname
    const icons = await Promise.all(
      manifest.icons.map(async ({ src, sizes, purpose = 'any' }) => {
        const image = await createImageBitmap(await (await fetch(new URL(src, href))).blob()).catch(
          () => null,
        )
        return `${sizes} ${purpose} ${image === null ? 'vector' : `${image.width}x${image.height}`}`
      }),
    )
    return {
      type: answer.headers.get('content-type'),
      display: manifest.display,
      start: at(manifest.start_url),
      scope: at(manifest.scope),
      handlers: manifest.file_handlers.map(({ action, accept }) => [at(action), accept]),
      icons,
    }
  })

const promised = (root: string): object => ({
  type: 'application/manifest+json; charset=utf-8',
  display: 'standalone',
  start: root,
  scope: root,
  handlers: [[root, { 'application/x-ipynb+json': ['.ipynb'] }]],
  icons: ['192x192 any 192x192', '512x512 any 512x512', '512x512 maskable 512x512', 'any any vector'],
})

test('the manifest’s URLs follow the path of a proxy, and it is available offline', async () => {
  const proxy = await FolderProxy.start({ keepsFolder: false, keepsHost: true }, () =>
    Number(new URL(app.origin).port),
  )
  try {
    const context = await app.newContext()
    await context.addInitScript(lazyPython)
    const ana = new Person(await context.newPage(), context)
    await ana.page.goto(`${proxy.address}/notebook/a.ipynb`)
    await ana.until('sync', 'saved')
    const root = `${new URL(proxy.address).pathname}/`
    expect(await installed(ana)).toEqual(promised(root))
    await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  } finally {
    await proxy.close()
  }
  const ben = await app.person('a.ipynb')
  await ben.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await app.stopRelay()
  expect(await installed(ben)).toEqual(promised('/'))
  await app.startRelay()
})

test('a file opened with the installed app becomes a notebook, or is reported as invalid', async () => {
  const context = await app.newContext({ serviceWorkers: 'block' })
  // Simulates what the browser does if the app is installed, which a test browser cannot do.
  await context.addInitScript((text) => {
    if (window !== window.top) return
    const handle = (name: string, content: string): object => ({
      getFile: () => Promise.resolve(new File([content], name)),
    })
    const files = new URLSearchParams(location.search).has('broken')
      ? [handle('broken.ipynb', 'no notebook')]
      : [handle('from the desktop.ipynb', text)]
    let isTaken = false
    const setConsumer = (take: (launch: object) => void): void => {
      if (!isTaken) take({ files })
      isTaken = true
    }
    Object.defineProperty(window, 'launchQueue', { value: { setConsumer } })
  }, notebookText('opened = 1'))
  const ana = await app.tab(context, '')
  await expect.poll(() => ana.page.url(), soon).toContain('from%20the%20desktop')
  await ana.until('sync', 'saved')
  expect(await ana.text(1)).toBe('opened = 1')
  await ana.page.goto(`${app.origin}/?broken`)
  await ana.page.getByRole('alert').getByText('Not imported. broken.ipynb').waitFor()
  expect(ana.complaints).toEqual([])
})
