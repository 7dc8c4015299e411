// Packages that people use, from the package index itself: installed, imported, there again after a reload, without the
// relay, and in another browser once no index can be reached.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseSettings, type PackageSettings } from '../../relay/config.ts'
import { App, patience, type Person } from '../support/app.ts'
import { OpenServer } from '../support/open-server.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

const packagesOf = (env: Readonly<Record<string, string | undefined>>): PackageSettings => {
  const parsed = parseSettings(['.'], env)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.value.packages
}
const usual = packagesOf(process.env)
const gone = packagesOf({ PYPI_URL: 'http://127.0.0.1:1/', PYODIDE_PACKAGES_URL: 'http://127.0.0.1:1/' })

const isReachable = await fetch(new URL('pip/', usual.index), { signal: AbortSignal.timeout(15_000) }).then(
  ({ ok }) => ok,
  () => false,
)
if (!isReachable) console.warn(`Left out: packages from ${usual.index}, which cannot be reached.`)

/** What is installed, what is run then, and what that prints. */
const packages = [
  [
    'plotly',
    'import plotly.graph_objects as go\nprint(len(go.Figure(go.Bar(y=[1, 2])).data), "trace")',
    '1 trace',
  ],
  ['sympy', 'import sympy\nx = sympy.Symbol("x")\nprint(sympy.integrate(x))', 'x**2/2'],
  ['networkx', 'import networkx\nprint(networkx.shortest_path(networkx.path_graph(3), 0, 2))', '[0, 1, 2]'],
  [
    'pydantic',
    'import pydantic\nclass Model(pydantic.BaseModel):\n    n: int\nprint(repr(Model(n="3")))',
    'Model(n=3)',
  ],
  ['msgpack', 'import msgpack\nprint(msgpack.unpackb(msgpack.packb([1, "a"])))', "[1, 'a']"],
  [
    'rich',
    'import io, rich.console\nout = rich.console.Console(file=io.StringIO(), force_jupyter=False)\nout.print("[b]bold[/b]")\nprint(out.file.getvalue().strip())',
    'bold',
  ],
  ['tqdm', 'from tqdm import tqdm\nprint(sum(tqdm(range(4))), "summed")', '6 summed'],
  ['ipywidgets', 'import ipywidgets\nprint(ipywidgets.IntSlider(value=3).value, "slid")', '3 slid'],
  [
    'anywidget',
    'import anywidget\nclass W(anywidget.AnyWidget):\n    _esm = "export default {}"\nprint(W().comm is not None)',
    'True',
  ],
  ['itables', 'import itables\nprint(itables.__name__, "there")', 'itables there'],
  ['beautifulsoup4', 'import bs4\nprint(bs4.BeautifulSoup("<p>soup", "html.parser").p)', '<p>soup</p>'],
  ['faker', 'import faker\nprint(len(faker.Faker().name()) > 3)', 'True'],
  ['httpx', 'import httpx\nprint(httpx.Request("GET", "https://a.test/").url.host)', 'a.test'],
] as const

let app: App
beforeAll(async () => {
  const files = packages.map(([name, code]) => [`${name}.ipynb`, notebookText(`%pip install ${name}`, code)])
  const others = {
    'compiled.ipynb': notebookText(
      '%pip install altair',
      '%pip install "rich<10" "rich>12"',
      '%pip install rich==999',
    ),
  }
  if (isReachable) app = await App.start({ ...Object.fromEntries(files), ...others }, {}, { packages: usual })
})
afterAll(async () => app?.close())

const runs = async (person: Person, position: number, text: string, status = 'done'): Promise<void> => {
  await person.run(position)
  const ended = person.page.locator(
    `nb-cell:nth-of-type(${position}):is([data-status="done"], [data-status="error"])`,
  )
  await ended.waitFor({ timeout: 4 * patience, state: 'attached' })
  const said = async (): Promise<string> =>
    `${await ended.getAttribute('data-status')}: ${await person.output(position).innerText()}`
  await expect.poll(said, soon).toContain(text)
  expect(await said()).toContain(`${status}: `)
}

describe.runIf(isReachable)('from the package index', () => {
  test.each(packages)('%s', async (name, _code, shown) => {
    const ana = await app.person(`${name}.ipynb`)
    await ana.until('sync', 'saved')
    await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    await runs(ana, 1, 'Successfully installed')
    await runs(ana, 2, shown)
    await ana.until('sync', 'saved')

    await ana.page.reload()
    await ana.until('sync', 'saved')
    await runs(ana, 2, shown)
    const kept = (): Promise<boolean> =>
      ana.page.evaluate(async () => (await caches.match('/pyodide/python_stdlib.zip')) !== undefined)
    await expect.poll(kept, soon).toBe(true)
    await ana.until('sync', 'saved')

    await app.stopRelay()
    await ana.page.reload()
    await ana.until('sync', 'offline')
    await runs(ana, 2, shown)
    await ana.context.close()

    await app.startRelay({ packages: gone })
    const ben = await app.writer(`${name}.ipynb`)
    await ben.until('sync', 'saved')
    await runs(ben, 2, shown)
    await ben.context.close()
    await app.stopRelay()
    await app.startRelay()
  })

  test('what has no wheel for this Python, versions that do not go together and one that is not there are told by name', async () => {
    const ana = await app.person('compiled.ipynb')
    await ana.until('sync', 'saved')
    await runs(ana, 1, 'jinja2 3.1.6 requires MarkupSafe>=2.0: ', 'error')
    expect(await ana.output(1).innerText()).toMatch(
      /markupsafe \S+ has no wheel for this Python|Successfully installed/,
    )
    await runs(ana, 2, 'These versions are in conflict: rich<10, rich>12', 'error')
    await runs(ana, 3, 'there is no version ==999 of rich', 'error')
    await ana.context.close()
  })

  test('httpx, requests and urllib3 go through fetch, with the permission for the network; what cannot be reached says so', async () => {
    const server = await OpenServer.open('https', { '/data.csv': 'a,b', '/post': 'posted' })
    const url = `${server.origin}/data.csv`
    await app.create(
      'clients.ipynb',
      notebookText(
        '%pip install httpx requests urllib3',
        `import httpx\nprint(httpx.get("${url}").text, httpx.post("${server.origin}/post", data={"n": "1"}).text)`,
        `async with httpx.AsyncClient() as client:\n    got = await client.get("${url}")\nprint(got.status_code, got.text)`,
        `import requests\nprint(requests.get("${url}").text, requests.post("${server.origin}/post", data={"n": "1"}).text)`,
        `import urllib3\nprint(urllib3.request("GET", "${url}").data)`,
        'httpx.get("https://127.0.0.1:1/")',
      ),
    )
    try {
      const ana = await app.person('clients.ipynb', { ignoreHTTPSErrors: true })
      await ana.until('sync', 'saved')
      await runs(ana, 1, 'Successfully installed')
      await ana.run(2)
      await ana.cell(2).getByRole('button', { name: 'Allow', exact: true }).click()
      await expect.poll(() => ana.output(2).innerText(), soon).toContain('a,b posted')
      await runs(ana, 3, '200 a,b')
      await runs(ana, 4, 'a,b posted')
      await runs(ana, 5, "b'a,b'")
      await runs(ana, 6, 'ConnectError: 127.0.0.1:1 cannot be reached', 'error')
      expect(server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
        'n=1',
        'n=1',
      ])
      await ana.context.close()
    } finally {
      await server.close()
    }
  })
})
