// The built page as another version: one of its chunks has another name.
import { createHash } from 'node:crypto'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const built = fileURLToPath(new URL('../../dist/client/', import.meta.url))

const digest = (content: string): string => createHash('sha256').update(content).digest('hex')

/** Replaces the page in `folder`; `chunk` is the beginning of a chunk’s name. Returns the chunk’s new name. */
export const upgrade = async (folder: string, chunk: string): Promise<string> => {
  const assets = join(folder, 'assets')
  const names = (await readdir(assets)).filter((name) => /\.(js|css)$/.test(name))
  const before = names.find((name) => name.startsWith(`${chunk}-`))
  if (before === undefined) throw new Error(`there is no chunk ${chunk}`)
  const after = `${chunk}-Upgraded.js`
  let worker = await readFile(join(folder, 'service-worker.js'), 'utf8')
  for (const name of names) {
    const text = await readFile(join(assets, name), 'utf8')
    if (name !== before && !text.includes(before)) continue
    const changed = text.replaceAll(before, after)
    const now = name === before ? `${changed}\n//` : changed
    for (const old of [name, `${name}.br`, `${name}.gz`]) await rm(join(assets, old), { force: true })
    await writeFile(join(assets, name === before ? after : name), now)
    worker = worker.replaceAll(digest(text), digest(now))
  }
  worker = worker.replaceAll(before, after).replace(/(version["`']?:["`'])[0-9a-f]{16}/, '$1ffffffffffffffff')
  for (const old of ['', '.br', '.gz']) await rm(join(folder, `service-worker.js${old}`), { force: true })
  await writeFile(join(folder, 'service-worker.js'), worker)
  return after
}

export const copyBuilt = (folder: string): Promise<void> => cp(built, folder, { recursive: true })
