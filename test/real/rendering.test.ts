// Notebooks as people write them, run natively and shown by JupyterLab and here: each output has the same
// text, pictures, tables, drawings, formulas and controls in both. Screenshots of both, side by side, are
// left for a person to look at. `npm run test:real` installs what is needed; if PyPI does not answer, this is
// skipped with a message.
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findNativePython } from '../../scripts/native-python.js'
import { App, patience } from '../support/app.ts'
import { differences, differs, type Difference } from './difference.ts'
import { Native } from './jupyterlab.ts'
import { knownDifferences } from './known-differences.ts'
import { renderedAs, type Rendered } from './rendered.ts'

const native = findNativePython()
const names = (await readdir(new URL('notebooks/', import.meta.url))).map((name) => name.replace(/\.py$/, ''))
/** Screenshots for a person to look at. */
const pictures = join(tmpdir(), 'llm-notebook-rendering')
/** High enough that both pages draw every cell. */
const viewport = { width: 1100, height: 7_000 }

/** What an output must never say: that something is missing, or how to fix it in JupyterLab’s menus. */
const unfit = /cannot be shown|is gone|not in this browser|Notebook Trusted|Trust Notebook/i

/** Files that JupyterLab may load from CDNs are served from here; the rest of the network is unavailable. */
const elsewhere: readonly [RegExp, string][] = [
  [/\/vega@/, 'vega/build/vega.min.js'],
  [/\/vega-lite@/, 'vega-lite/build/vega-lite.min.js'],
  [/\/vega-embed@/, 'vega-embed/build/vega-embed.min.js'],
  [/\/leaflet\.js/, 'leaflet/dist/leaflet.js'],
  [/\/leaflet\.css/, 'leaflet/dist/leaflet.css'],
  [/\/jquery/, 'jquery/dist/jquery.min.js'],
]

interface Side {
  readonly page: Page
  readonly cells: string
  readonly outputs: string
}

/** By position of the cell; cells without output are left out. */
const shown = async ({ page, cells, outputs }: Side): Promise<Map<number, Rendered>> => {
  const found = new Map<number, Rendered>()
  for (const [index, cell] of (await page.$$(cells)).entries()) {
    const parts = await cell.$$(outputs)
    if (parts.length > 0) found.set(index + 1, await renderedAs(parts))
  }
  return found
}

/** Waits until nothing has changed for a while. */
const settled = async (side: Side): Promise<Map<number, Rendered>> => {
  let last = ''
  let now = new Map<number, Rendered>()
  const interval = 1_000
  await expect
    .poll(
      async () => {
        const before = last
        now = await shown(side)
        last = JSON.stringify([...now])
        return last === before && now.size > 0
      },
      { timeout: 2 * patience, interval },
    )
    .toBe(true)
  return now
}

const pictureOf = async (
  name: string,
  lab: Side,
  ours: Side,
  cells: Iterable<number>,
  differing: readonly Difference[],
): Promise<void> => {
  const image = async ({ page, cells: each, outputs }: Side, cell: number): Promise<string> => {
    const found = page
      .locator(each)
      .nth(cell - 1)
      .locator(outputs)
    const taken: string[] = []
    for (const part of await found.all()) {
      const box = await part.boundingBox()
      if (box === null || box.width < 1 || box.height < 1) continue
      const bytes = await page.screenshot({ clip: { ...box, height: Math.min(box.height, 900) } })
      taken.push(`<img src="data:image/png;base64,${bytes.toString('base64')}">`)
    }
    return taken.join('')
  }
  let rows = ''
  for (const cell of cells)
    rows += `<tr><th>${cell}<td>${await image(lab, cell)}<td>${await image(ours, cell)}</tr>`
  const style = 'td{vertical-align:top;border:1px solid silver;width:50%}img{max-width:100%;display:block}'
  const title = `<!doctype html><meta charset="utf-8"><title>${name}: JupyterLab, here</title>`
  const list = differing.map((each) => `<li>${differs(each).replaceAll('<', '&lt;')}`).join('')
  const page = `${title}<style>${style}</style><table>${rows}</table><ul>${list}</ul>`
  await writeFile(join(pictures, `${name}.html`), page)
}

describe.skipIf(native === undefined)('compared with JupyterLab', () => {
  let app: App
  let folder: string
  let jupyter: Native
  let address: string
  let atLab: BrowserContext
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'llm-notebook-native-'))
    await mkdir(pictures, { recursive: true })
    app = await App.start()
    jupyter = new Native(native ?? '', folder)
    await jupyter.runNotebooks()
    for (const name of await readdir(folder))
      if (!name.startsWith('.')) await copyFile(join(folder, name), join(app.folder, name))
    address = await jupyter.startLab()
    atLab = await app.newContext({ viewport })
    await atLab.route(/^https:/, async (route) => {
      const [, file] = elsewhere.find(([pattern]) => pattern.test(route.request().url())) ?? []
      if (file === undefined) return route.abort()
      await route.fulfill({ path: fileURLToPath(new URL(`../../node_modules/${file}`, import.meta.url)) })
    })
  }, 300_000)
  afterAll(async () => {
    await jupyter.close()
    await app.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  test.for(names)('every output of %s looks the same, except for known differences', async (name) => {
    const page = await atLab.newPage()
    await page.goto(`${address}/doc/tree/${name}.ipynb?reset`)
    await page
      .locator('.jp-Notebook .jp-Cell')
      .first()
      .waitFor({ timeout: 3 * patience })
    const lab: Side = {
      page,
      cells: '.jp-Notebook .jp-Cell',
      outputs: '.jp-OutputArea-output:not(.jp-OutputArea-output *)',
    }
    const person = await app.writer(`${name}.ipynb`, { viewport })
    await person.until('sync', 'saved')
    const ours: Side = { page: person.page, cells: 'nb-cell', outputs: '.nb-output-body' }
    try {
      const theirs = await settled(lab)
      const known = knownDifferences.filter(({ cell }) => cell.startsWith(`${name} `))
      let now: Difference[] = []
      // Some of the known ones come and go with the speed of the machine.
      const unknown = async (): Promise<string[]> => {
        now = differences(theirs, await shown(ours))
        return now
          .filter(
            (found) => !known.some((one) => one.cell === `${name} ${found.cell}` && one.part === found.part),
          )
          .map(({ cell, part }) => `${cell}: ${part}`)
      }
      try {
        await expect.poll(unknown, { timeout: patience / 2, interval: 500 }).toEqual([])
      } catch (error) {
        throw new Error(now.map(differs).join('\n'), { cause: error })
      } finally {
        await pictureOf(name, lab, ours, theirs.keys(), now)
      }
      for (const { text } of (await shown(ours)).values()) expect(text).not.toMatch(unfit)
    } finally {
      await page.close()
      await person.context.close()
    }
  })
})
