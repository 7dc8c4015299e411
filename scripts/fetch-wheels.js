// Downloads the wheels that are part of the app's Python (wheels.json) from a package index and verifies their digests.
// They are stored in node_modules, so that this happens only once.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const defaultIndex = 'https://pypi.org/simple/'
/** Milliseconds per request. */
const timeout = 120_000

/** Downloads missing wheels into `folder`. `index` must support PEP 691. */
export const fetchWheels = async (wheels, folder, index = process.env['PYPI_URL'] ?? defaultIndex) => {
  const base = index.endsWith('/') ? index : `${index}/`
  await mkdir(folder, { recursive: true })
  const missing = new Map()
  await Promise.all(
    wheels.map(async (wheel) => {
      try {
        await ensureWheel(wheel, folder, base)
      } catch (error) {
        const reason = reasonOf(error)
        missing.set(reason, [...(missing.get(reason) ?? []), wheel.file])
      }
    }),
  )
  if (missing.size > 0) throw new MissingWheels(base, missing)
}

/** Shown without a stack trace, because the cause is not in the code. */
class MissingWheels extends Error {
  constructor(index, missing) {
    const lines = [...missing].map(([reason, files]) => `  ${files.join(', ')}: ${reason}\n`)
    super(
      `Python packages could not be downloaded from ${index} (set PYPI_URL to use another index):\n` +
        `${lines.join('')}Nothing was built. The packages are only downloaded once.`,
    )
    this.stack = this.message
  }
}

const ensureWheel = async (wheel, folder, index) => {
  const file = join(folder, wheel.file)
  if (await isPresent(wheel, file)) return
  const content = await download(wheel, index)
  // A unique temporary file, so that concurrent builds do not interfere.
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, content)
  await rename(temporary, file)
}

const isPresent = async ({ sha256 }, file) => {
  try {
    return digestOf(await readFile(file)) === sha256
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

const download = async ({ name, file, sha256 }, index) => {
  const page = new URL(`${name}/`, index)
  const answer = await get(page, 'application/vnd.pypi.simple.v1+json')
  const { files } = await answer.json()
  const found = files.find(({ filename }) => filename === file)
  if (found === undefined) throw new Error(`${page.href} does not list it`)
  const url = new URL(found.url, page)
  const content = Buffer.from(await (await get(url, '*/*')).arrayBuffer())
  const actual = digestOf(content)
  if (actual !== sha256) throw new Error(`${url.href} has sha256 ${actual} instead of ${sha256}`)
  return content
}

const get = async (url, accept) => {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(timeout) })
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`)
  return response
}

const digestOf = (content) => createHash('sha256').update(content).digest('hex')

/** The message of Node's fetch is always the same; the reason is in `cause`. */
const reasonOf = (error) => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
