// Under a path of a proxy, such as https://host/lab/, everything works as at the root: page, socket, Python,
// outputs in frames, offline, links.
import { afterEach, expect, test } from 'vitest'
import { App, lazyPython, Person } from '../support/app.ts'
import { FolderProxy, type ProxyOptions } from '../support/folder-proxy.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
let proxy: FolderProxy | null = null
afterEach(async () => {
  await app?.close()
  await proxy?.close()
  app = proxy = null
})

const source = 'from IPython.display import HTML; HTML("<h1>framed</h1><script>1</script>")'

interface Way extends ProxyOptions {
  readonly name: string
  readonly named: boolean
}
const ways: readonly Way[] = [
  { name: 'removes the path and does not announce it', keepsFolder: false, keepsHost: true, named: false },
  { name: 'removes the path and changes the Host', keepsFolder: false, keepsHost: false, named: true },
  { name: 'keeps the path', keepsFolder: true, keepsHost: true, named: true },
]

test.each(ways)('everything works under the path of a proxy that $name', async ({ named, ...options }) => {
  const own = (proxy = await FolderProxy.start(options, () => Number(new URL(app?.origin ?? '').port)))
  const settings = named ? { publicOrigins: [own.address] } : {}
  const there = (app = await App.start({ 'in/a.ipynb': notebookText(source, '6 * 7') }, {}, settings))
  const context = await there.newContext()
  await context.addInitScript(lazyPython)
  const ana = new Person(await context.newPage(), context)
  await ana.page.goto(`${own.address}/notebook/in/a.ipynb`)
  await ana.until('sync', 'saved')
  await ana.type(2, ' + 1')
  await ana.run(2)
  await expect.poll(() => ana.output(2).innerText(), soon).toContain('43')
  await ana.run(1)
  const heading = ana.output(1).frameLocator('iframe').getByRole('heading', { name: 'framed' })
  await heading.waitFor()
  await ana.until('file', 'written')
  expect(await there.file('in/a.ipynb')).toContain('6 * 7 + 1')

  await ana.page.getByRole('link', { name: 'All notebooks' }).click()
  // With the notebook in a tab, because its Python has variables.
  await ana.page.waitForURL(`${own.address}/?tab=in/a.ipynb`)
  await ana.page.getByRole('link', { name: /in\/a/ }).click()
  await ana.page.waitForURL(`${own.address}/notebook/in/a.ipynb`)

  await ana.keptForOffline()
  await own.close()
  await ana.page.reload()
  await ana.until('sync', 'offline')
  await heading.waitFor()
  await ana.run(2)
  await ana.cellIs(2, 'done')
  expect(await ana.output(2).innerText()).toContain('43')
  expect(ana.complaints.filter((text) => !/frame-src/.test(text))).toEqual([])
})
