// The wheels that Python has from the start (wheels.json): fetched once from a package index, checked by the digests of
// the list, and kept beside the dependencies.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const usualIndex = 'https://pypi.org/simple/'
/** Milliseconds in which a page of the index, or a wheel, has come. */
const patience = 120_000

/** Into `folder`, each by its file name. `index` speaks PEP 691. */
export const fetchWheels = async (wheels, folder, index = process.env['PYPI_URL'] ?? usualIndex) => {
  const base = index.endsWith('/') ? index : `${index}/`
  await mkdir(folder, { recursive: true })
  const missing = new Map()
  await Promise.all(
    wheels.map(async (wheel) => {
      try {
        await keep(wheel, folder, base)
      } catch (error) {
        const reason = reasonOf(error)
        missing.set(reason, [...(missing.get(reason) ?? []), wheel.file])
      }
    }),
  )
  if (missing.size > 0) throw new MissingWheels(base, missing)
}

/** Says it to whoever builds, to whom the place in the code says nothing. */
class MissingWheels extends Error {
  constructor(index, missing) {
    const lines = [...missing].map(([reason, files]) => `  ${files.join(', ')}: ${reason}\n`)
    super(
      `Python's own packages could not be fetched from ${index} (PYPI_URL names another index):\n` +
        `${lines.join('')}Nothing was built. They are fetched once; after that no index is needed.`,
    )
    this.stack = this.message
  }
}

const keep = async (wheel, folder, index) => {
  const file = join(folder, wheel.file)
  if (await isKept(wheel, file)) return
  const content = await download(wheel, index)
  // Two builds at once write two files; whichever is renamed last stays.
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, content)
  await rename(temporary, file)
}

const isKept = async ({ sha256 }, file) => {
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
  const came = digestOf(content)
  if (came !== sha256) throw new Error(`${url.href} has another content (sha256 ${came}, not ${sha256})`)
  return content
}

const get = async (url, accept) => {
  const response = await fetch(url, { headers: { accept }, signal: AbortSignal.timeout(patience) })
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`)
  return response
}

const digestOf = (content) => createHash('sha256').update(content).digest('hex')

/** Node's fetch says only that it failed, and keeps the reason behind it. */
const reasonOf = (error) => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
