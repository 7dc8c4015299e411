// Takes the screenshot for the README: the welcome notebook after a run, with two people in it. Usage:
// `npm run build && node scripts/screenshot.js [FILE] [WIDTH] [HEIGHT] [light|dark]`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { parseSettings } from '../dist/relay/config.js'
import { startRelay } from '../dist/relay/main.js'
import { findChromium } from './chromium.js'

const defaultFile = fileURLToPath(new URL('../client/screenshot.png', import.meta.url))
const [file = defaultFile, width = '1280', height = '1000', colorScheme = 'light'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'llm-notebook-screenshot-'))
const parsed = parseSettings([folder, '--port', '0'], { LOG_LEVEL: 'silent' })
if (!parsed.ok) throw new Error(parsed.problem)
const relay = await startRelay(parsed.value)
const executablePath = findChromium()
if (executablePath === undefined) throw new Error('Chromium not found: run node scripts/chromium.js')
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})

const person = async (name, color) => {
  const viewport = { width: Number(width), height: Number(height) }
  const context = await browser.newContext({
    viewport,
    colorScheme: colorScheme === 'dark' ? 'dark' : 'light',
  })
  await context.addInitScript(
    (identity) => localStorage.setItem('llm-notebook.identity', JSON.stringify(identity)),
    { name, color },
  )
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(`${relay.address}notebook/welcome.ipynb`)
  await page.locator('nb-status[data-sync="saved"]').waitFor()
  return page
}

try {
  const ana = await person('Ana', '#1f63b5')
  const ben = await person('Ben', '#a23481')
  await ana.keyboard.press('ArrowDown')
  const cells = await ana.locator('nb-cell').count()
  for (let i = 0; i < cells - 1; i++) await ana.keyboard.press('Shift+Enter')
  await ana.locator('nb-cell[data-kind="prompt"][data-status="done"]').waitFor({ state: 'attached' })
  await ana.locator('nb-cell[data-kind="code"][data-status="done"]').nth(1).waitFor({ state: 'attached' })
  await ana.evaluate(() => scrollTo(0, 0))
  await ben.getByRole('textbox', { name: 'Source of cell 3' }).click()
  await ben.keyboard.press('Control+End')
  await ana.locator('.nb-caret').waitFor({ state: 'attached' })
  await ana.locator('.nb-frame iframe').first().waitFor()
  await ana.locator('nb-status[data-file="written"]').waitFor()
  await ana.screenshot({ path: file })
} finally {
  await browser.close()
  await relay.close()
  rmSync(folder, { recursive: true, force: true })
}
