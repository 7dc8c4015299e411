// Packages installed with %pip belong to the notebook: they are listed, installed again when needed, and can
// be removed; a failure is reported with its cause.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { clientWithPackages } from '../support/client-with-packages.ts'
import { PackageServer } from '../support/package-server.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { sources, wheel, zip } from '../support/wheel.ts'
import { soon } from '../support/soon.ts'

const listed = wheel('listed', { 'listed.py': 'n = "listed"\n' }, { requires: ['needed'] })
const needed = wheel('needed', { 'needed.py': 'n = "needed"\n' })
const tool = (version: string, ...requires: string[]) =>
  wheel('tool', { 'tool.py': `v = "${version}"\n` }, { version, requires })
const compiled = wheel('compiled', {})
const limited = (version: string) => wheel('limited', { 'limited.py': '' }, { version })
/** A package on GitHub that includes its own build backend, as PEP 517 allows. */
const commit = 'c0ffee'.padEnd(40, '0')
const tree = (name: string, version: string, says: string): Record<string, string> => ({
  'pyproject.toml': '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
  [`${name}.py`]: `n = "${says}"\n`,
  'backend.py': `import zipfile
def build_wheel(folder, config=None, metadata=None):
    name = "${name}-${version}-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.write("${name}.py")
        wheel.writestr("${name}-${version}.dist-info/METADATA", "Metadata-Version: 2.1\\nName: ${name}\\nVersion: ${version}\\nRequires-Dist: needed\\n")
        wheel.writestr("${name}-${version}.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("${name}-${version}.dist-info/RECORD", "")
    return name
`,
})
const tiny = zip(
  Object.fromEntries(
    Object.entries(tree('tiny', '1.2', 'tiny of a source')).map(([path, text]) => [`tiny-1.2/${path}`, text]),
  ),
  commit,
)
const sourced = sources('sourced', '1.1', tree('sourced', '1.1', 'sourced'))
const cells = {
  /** A package of the distribution that the server does not have, listed without its dependency. */
  listed: '%pip install listed\nimport listed, needed\n(listed.n, needed.n)',
  nothing: '%pip install nothing',
  version: '%pip install "tool==9"',
  conflict: '%pip install "tool<2" "tool>=2"',
  compiled: '%pip install compiled',
  broken: '%pip install broken',
  tool: '%pip install "tool<2" > /dev/null\nimport tool\ntool.v',
  upgrade: '%pip install -qU tool',
  both: 'import tool, listed\n(tool.v, listed.n)',
  requirements:
    '%pip install -r wants.txt --user 2>&1\n%pip freeze > all.txt\nprint("in a file:")\n!grep needed all.txt',
  wants: 'import wanted\nwanted.n',
  source: '%pip install git+https://github.com/ana/tiny.git@v1.2\nimport tiny\ntiny.n',
  elsewhere: '%pip install git+https://gitlab.com/ana/tiny',
  sources: '%pip install -q sourced\nimport sourced\nsourced.n',
  limited: '%pip install -c limits.txt "limited[extra]>=1; python_version > \'3\'"',
  spoilt: '%pip install -r hashes.txt',
  hashed: '%pip install -U -r hashes.txt\n%pip uninstall -y limited',
  again: 'import tiny, needed, sourced\n(tiny.n, needed.n, sourced.n)',
}
type Cell = keyof typeof cells
const names = Object.keys(cells) as Cell[]

let upstream: PackageServer
let client: string
let app: App
beforeAll(async () => {
  upstream = await PackageServer.open()
  upstream.publish('listed', listed)
  upstream.publish('needed', needed)
  upstream.publish('tool', tool('1.0'), tool('2.0'))
  upstream.publish('compiled', {
    ...compiled,
    filename: 'compiled-1.0-cp313-cp313-pyodide_2025_0_wasm32.whl',
  })
  upstream.publish('broken', wheel('broken', {}, { requires: ['gone'] }))
  upstream.publish('gone', wheel('gone', {}))
  upstream.files.delete(`/files/${wheel('gone', {}).filename}`)
  upstream.publish('sourced', sourced)
  upstream.publish('limited', limited('1.0'), limited('2.0'))
  upstream.publish('wanted', wheel('wanted', { 'wanted.py': 'n = "wanted"\n' }))
  upstream.files.set('/github/ana/tiny/archive/v1.2.zip', tiny)
  upstream.files.set(`/github/ana/tiny/archive/${commit}.zip`, tiny)
  client = await newFolder()
  await clientWithPackages(client, [listed])
  const files = { 'a.ipynb': notebookText(...Object.values(cells)) }
  app = await App.start(files, { clientFolder: client }, { packages: upstream.settings })
  await writeFile(join(app.folder, 'wants.txt'), '# what is wanted\nneeded>=1.0 ; python_version > "3"\n')
  await writeFile(join(app.folder, 'limits.txt'), 'limited<2\n')
  await writeFile(join(app.folder, 'hashes.txt'), `limited \\\n  --hash=sha256:${commit}\n`)
})
afterAll(async () => {
  await app.close()
  await upstream.close()
  await rm(client, { recursive: true })
})

const ends = async (person: Person, cell: Cell, text: string, status = 'done'): Promise<void> => {
  const position = names.indexOf(cell) + 1
  const ended = person.page
    .locator('nb-cell')
    .nth(position - 1)
    .and(person.page.locator('[data-status="done"], [data-status="error"]'))
  await ended.waitFor({ timeout: 2 * patience, state: 'attached' })
  await expect.poll(() => person.output(position).innerText(), soon).toContain(text)
  expect(await ended.getAttribute('data-status')).toBe(status)
}
const runs = async (person: Person, cell: Cell, text: string, status = 'done'): Promise<void> => {
  await person.run(names.indexOf(cell) + 1)
  await ends(person, cell, text, status)
}
const kept = async (): Promise<unknown> => {
  const { metadata } = JSON.parse(await app.file('a.ipynb')) as {
    metadata: { llm_notebook_packages?: { name: string; version: string }[] }
  }
  return metadata.llm_notebook_packages?.map(({ name, version }) => `${name} ${version}`)
}

test('packages are installed with dependencies, recorded and reinstalled; failures give a reason', async () => {
  const ana = await app.person('a.ipynb')
  await ana.until('sync', 'saved')
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await runs(ana, 'listed', "('listed', 'needed')")
  await runs(ana, 'nothing', `${upstream.origin} has no package nothing`, 'error')
  await runs(ana, 'version', 'there is no version ==9 of tool; the newest are 1.0, 2.0', 'error')
  await runs(ana, 'conflict', 'These versions are in conflict: tool<2, tool>=2', 'error')
  await runs(
    ana,
    'compiled',
    'it is compiled for other browser versions of Python: cp313-pyodide_2025_0_wasm32',
    'error',
  )
  await runs(ana, 'broken', `gone 1.0: ${upstream.origin} has no gone-1.0-py3-none-any.whl`, 'error')

  await runs(ana, 'tool', "'1.0'")
  expect(await ana.output(names.indexOf('tool') + 1).innerText()).not.toContain('installed')
  await runs(ana, 'upgrade', 'tool 2.0: another version is loaded. Restart the kernel to use this one.')
  await expect.poll(kept, soon).toEqual(['listed 1.0', 'needed 1.0', 'tool 2.0'])
  await ana
    .cell(names.indexOf('upgrade') + 1)
    .getByRole('button', { name: 'Restart kernel' })
    .click()
  await ana.until('kernel', 'idle')
  await runs(ana, 'both', "('2.0', 'listed')")
  // The notebook was not made here, so reading a file needs permission.
  await ana.run(names.indexOf('requirements') + 1)
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Allow', exact: true }).click()
  await ends(ana, 'requirements', 'in a file:\nneeded==1.0')

  // A failed import offers to install the missing package, by a button and by one key.
  await runs(ana, 'wants', "No module named 'wanted'", 'error')
  await ana
    .cell(names.indexOf('wants') + 1)
    .getByRole('button', { name: 'Install wanted' })
    .waitFor()
  await ana.page.keyboard.press('Escape')
  await ana.page.keyboard.press('Shift+I')
  await ana.cellIs(names.indexOf('wants') + 1, 'done')
  await ends(ana, 'wants', "'wanted'")

  await ana.button('Packages').click()
  const panel = ana.page.getByRole('complementary', { name: 'Packages' })
  await panel.getByText('wanted').waitFor()
  await panel.getByRole('button', { name: 'Remove wanted' }).click()
  await expect.poll(kept, soon).toEqual(['listed 1.0', 'needed 1.0', 'tool 2.0'])
  await ana.page.keyboard.press('Escape')

  // A package from a source repository is built here; the notebook records its commit.
  await runs(ana, 'source', "'tiny of a source'")
  await runs(ana, 'elsewhere', 'sources must be on github.com, as in git+https://github.com/', 'error')
  // What the index has only as a source archive is built, too. Constraints are respected, and hashes checked.
  await runs(ana, 'sources', "'sourced'")
  await runs(ana, 'spoilt', 'none of its wheels for this Python has one of the required hashes', 'error')
  await runs(ana, 'limited', 'Successfully installed limited-1.0')
  await writeFile(join(app.folder, 'hashes.txt'), `limited --hash=sha256:${limited('2.0').sha256}\n`)
  await runs(ana, 'hashed', 'Successfully uninstalled limited-2.0')
  await expect.poll(kept, soon).toEqual(['listed 1.0', 'needed 1.0', 'sourced 1.1', 'tiny 1.2', 'tool 2.0'])
  expect(await app.file('a.ipynb')).toContain(`"git+https://github.com/ana/tiny@${commit}"`)
  const cara = await app.writer('a.ipynb')
  await cara.until('sync', 'saved')
  await runs(cara, 'again', "('tiny of a source', 'needed', 'sourced')")

  // A notebook from a script with a PEP 723 block has only names and versions; dependencies are added when
  // they are installed.
  const named = '"metadata": {"llm_notebook_packages": [{"name": "listed", "version": "1.0"}]},\n "nbformat"'
  await app.create(
    'script.ipynb',
    notebookText('import listed, needed\n(listed.n, needed.n)').replace(
      /"metadata": \{\},\s*"nbformat"/,
      named,
    ),
  )
  const dan = await app.writer('script.ipynb')
  await dan.until('sync', 'saved')
  await dan.run(1)
  await expect.poll(() => dan.output(1).innerText(), soon).toContain("('listed', 'needed')")
  await expect.poll(() => app.file('script.ipynb'), soon).toMatch(/"name": "needed"[^}]*\s*"version": "1\.0"/)

  // Without the index in another browser, and without the relay in this one.
  await upstream.close()
  const ben = await app.writer('a.ipynb')
  await ben.until('sync', 'saved')
  await runs(ben, 'both', "('2.0', 'listed')")
  await runs(ben, 'again', "('tiny of a source', 'needed', 'sourced')")
  const here = (): Promise<boolean> =>
    ana.page.evaluate(async () => (await caches.match('/pyodide/python_stdlib.zip')) !== undefined)
  await expect.poll(here, soon).toBe(true)
  await ana.until('sync', 'saved')
  await app.stopRelay()
  await ana.page.reload()
  await ana.until('sync', 'offline')
  await runs(ana, 'both', "('2.0', 'listed')")
  expect(ana.complaints).toEqual([])
})
