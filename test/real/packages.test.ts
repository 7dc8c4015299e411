// Packages that people use, from the package index itself: installed, imported, available after a reload and
// without the relay, and in another browser when no index can be reached.
import { readFile, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseSettings, type PackageSettings } from '../../relay/config.ts'
import { App, patience, type Person } from '../support/app.ts'
import { clientWithPackages } from '../support/client-with-packages.ts'
import { OpenServer } from '../support/open-server.ts'
import { PackageServer } from '../support/package-server.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { zip } from '../support/wheel.ts'

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

/** A package to install, the code to run then, and what it prints. */
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
  const ended = person.page
    .locator('nb-cell')
    .nth(position - 1)
    .and(person.page.locator('[data-status="done"], [data-status="error"]'))
  await ended.waitFor({ timeout: 4 * patience, state: 'attached' })
  const said = async (): Promise<string> =>
    `${await ended.getAttribute('data-status')}: ${await person.output(position).innerText()}`
  await expect.poll(said, soon).toContain(text)
  expect(await said()).toContain(`${status}: `)
}

describe.runIf(isReachable)('packages from the index', () => {
  test('Black formats a cell as one undo step, keeping magics, carets and what others type', async () => {
    const sources = [
      "!ls   -l\nx  =  {'a':1}\n%time  sum( [1] )",
      'y = = 2',
      '%%time\nz=f( 1 )',
      '%%bash\nls   -l',
      '',
    ]
    await app.create('format.ipynb', notebookText(...sources))
    const ana = await app.person('format.ipynb')
    await ana.until('sync', 'saved')
    const ben = await app.writer('format.ipynb')
    await ben.until('sync', 'saved')
    await ben.into(1)
    await ben.page.keyboard.press('Control+End')
    const { keyboard } = ana.page
    await ana.into(1)
    await keyboard.press('Alt+Shift+F')
    await ana.button('Install').click({ timeout: 4 * patience })
    const first = '!ls   -l\nx = {"a": 1}\n%time  sum( [1] )'
    await expect.poll(() => ana.text(1), { timeout: 4 * patience }).toBe(first)
    await expect.poll(() => ben.text(1), soon).toBe(first)
    await ben.page.keyboard.type(' # ben')
    await expect.poll(() => ana.text(1), soon).toBe(`${first} # ben`)

    await ana.into(2)
    await keyboard.press('Alt+Shift+F')
    await ana.page
      .getByText('Not formatted: cell 2, line 1: invalid syntax.')
      .waitFor({ timeout: 2 * patience })
    await keyboard.type('!')
    expect(await ana.text(2)).toBe('y = != 2')

    await ana.choose('Edit', 'Format all cells')
    await expect.poll(() => ana.text(3), soon).toBe('%%time\nz = f(1)')
    expect(await ana.text(4)).toBe(sources[3])
    await ana.cell(5).press('Escape')
    await keyboard.press('z')
    await expect.poll(() => ana.text(3), soon).toBe(sources[2])
    expect(await ana.text(1)).toBe(`${first} # ben`)
    // It now belongs to the notebook’s packages: nobody is asked again.
    await ana.page.reload()
    await ana.until('sync', 'saved')
    await ana.into(3)
    await keyboard.press('Alt+Shift+F')
    await expect.poll(() => ana.text(3), { timeout: 4 * patience }).toBe('%%time\nz = f(1)')
  })

  test.each(packages)('%s works offline and where no index is reachable', async (name, _code, shown) => {
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

  test('missing wheels, version conflicts and missing versions are reported by name', async () => {
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

  test('a compiled wheel of the distribution is loaded by an import, without an index', async () => {
    const page = (await (
      await fetch(new URL('msgpack/', usual.index), {
        headers: { accept: 'application/vnd.pypi.simple.v1+json' },
      })
    ).json()) as { files: { filename: string; url: string; hashes: { sha256: string } }[] }
    const { file_name } = (
      JSON.parse(
        await readFile(new URL('../../dist/client/pyodide/pyodide-lock.json', import.meta.url), 'utf8'),
      ) as { packages: Record<string, { file_name: string }> }
    ).packages['msgpack'] ?? { file_name: '' }
    const tags = file_name.slice(file_name.indexOf('-cp'))
    const found = page.files.findLast(({ filename }) => filename.endsWith(tags))
    if (found === undefined) throw new Error(`the index has no msgpack for ${tags}`)
    const bytes = Buffer.from(
      await (await fetch(new URL(found.url, new URL('msgpack/', usual.index)))).arrayBuffer(),
    )
    const real = { project: 'msgpack', filename: found.filename, bytes, sha256: found.hashes.sha256 }
    const cdn = await PackageServer.open()
    cdn.distribute(real)
    const client = await newFolder()
    await clientWithPackages(client, [real])
    const source =
      'import msgpack\nprint(msgpack.unpackb(msgpack.packb({"a": [1, b"x"]})), msgpack.Packer.__module__)'
    const own = await App.start(
      { 'a.ipynb': notebookText(source) },
      { clientFolder: client },
      { packages: { ...cdn.settings, index: gone.index } },
    )
    try {
      const ana = await own.person('a.ipynb')
      await ana.until('sync', 'saved')
      await runs(ana, 1, "{'a': [1, b'x']} msgpack._cmsgpack")
      expect(cdn.requests).toEqual([`/full/${found.filename}`])
    } finally {
      await own.close()
      await cdn.close()
      await rm(client, { recursive: true })
    }
  })

  test('source packages from GitHub are built, and one that needs compiling is refused', async () => {
    const github = await PackageServer.open()
    const project = (name: string, backend: string, requires: string, more = '') =>
      `[build-system]\nrequires = ["${requires}"]\nbuild-backend = "${backend}"\n[project]\nname = "${name}"\nversion = "2.5"\ndescription = "d"\ndependencies = ["six"]\n${more}`
    const tree = (name: string, toml: string, files: Readonly<Record<string, string>>): void => {
      const within = Object.entries(files).map(([path, text]) => [`${name}-main/${path}`, text])
      github.files.set(
        `/github/ana/${name}/archive/HEAD.zip`,
        zip({ [`${name}-main/pyproject.toml`]: toml, ...Object.fromEntries(within) }),
      )
    }
    const made = (name: string) => ({ [`${name}/__init__.py`]: `"""${name}"""\nn = "${name} was built"\n` })
    tree('bysetup', project('bysetup', 'setuptools.build_meta', 'setuptools>=61'), made('bysetup'))
    tree('byhatch', project('byhatch', 'hatchling.build', 'hatchling'), made('byhatch'))
    tree('byflit', project('byflit', 'flit_core.buildapi', 'flit_core'), made('byflit'))
    tree('compiles', project('compiles', 'setuptools.build_meta', 'setuptools'), {
      'setup.py': 'from setuptools import setup, Extension\nsetup(ext_modules=[Extension("c", ["c.c"])])\n',
      'c.c': 'int c;\n',
    })
    const names = ['bysetup', 'byhatch', 'byflit']
    await app.stopRelay()
    await app.startRelay({ packages: { ...usual, github: `${github.origin}/github/` } })
    await app.create(
      'sources.ipynb',
      notebookText(
        ...names.map(
          (name) => `%pip install git+https://github.com/ana/${name}\nimport ${name}, six\n${name}.n`,
        ),
        '%pip install git+https://github.com/ana/compiles',
      ),
    )
    try {
      const ana = await app.person('sources.ipynb')
      await ana.until('sync', 'saved')
      for (const [at, name] of names.entries()) await runs(ana, at + 1, `${name} was built`)
      await runs(ana, 4, 'could not be built here, where nothing can be compiled', 'error')
      await ana.context.close()
    } finally {
      await github.close()
      await app.stopRelay()
      await app.startRelay()
    }
  })

  test('httpx, requests, urllib3 and aiohttp use fetch, with permission, and report failures', async () => {
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
        `import micropip\nawait micropip.install(["humanize==4.9.0", "aiohttp"])\nimport humanize\nhumanize.__version__`,
        `import aiohttp
async with aiohttp.ClientSession() as session:
    async with session.get("${url}") as got:
        print(got.status, await got.text())
    async with session.post("${server.origin}/post", data={"n": "2"}) as posted:
        print(await posted.text())
    try:
        await session.get("https://127.0.0.1:1/")
    except aiohttp.ClientError as error:
        print(type(error).__name__, error)`,
        '%pip list',
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
      await runs(ana, 7, "'4.9.0'")
      await runs(ana, 8, '200 a,b\nposted\nClient')
      expect(await ana.output(8).innerText()).toContain('127.0.0.1:1 cannot be reached')
      await runs(ana, 9, 'humanize')
      expect(await ana.output(9).innerText()).toMatch(/humanize +4\.9\.0/)
      expect(server.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
        'n=1',
        'n=1',
        'n=2',
      ])
      await ana.context.close()
    } finally {
      await server.close()
    }
  })
})
