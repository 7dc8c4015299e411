import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Wheel } from './wheel.ts'

const built = fileURLToPath(new URL('../../dist/client/', import.meta.url))

/** Creates the built page in `folder`, with these wheels in the lock file. Each is imported by its project's name. */
export const clientWithPackages = async (folder: string, wheels: readonly Wheel[]): Promise<void> => {
  await mkdir(join(folder, 'pyodide'))
  for (const name of await readdir(built))
    if (name !== 'pyodide' && name !== 'service-worker.js')
      await symlink(join(built, name), join(folder, name))
  for (const name of await readdir(join(built, 'pyodide')))
    if (!name.startsWith('pyodide-lock.json'))
      await symlink(join(built, 'pyodide', name), join(folder, 'pyodide', name))
  const lock = JSON.parse(await readFile(join(built, 'pyodide/pyodide-lock.json'), 'utf8')) as {
    packages: Record<string, object>
  }
  for (const { project, filename, sha256 } of wheels)
    lock.packages[project] = {
      name: project,
      version: filename.split('-')[1],
      file_name: filename,
      install_dir: 'site',
      sha256,
      package_type: 'package',
      imports: [project],
      depends: [],
    }
  const text = JSON.stringify(lock)
  await writeFile(join(folder, 'pyodide/pyodide-lock.json'), text)
  // The service worker only serves files that match the digests of its build.
  const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
  const worker = await readFile(join(built, 'service-worker.js'), 'utf8')
  const before = digest(await readFile(join(built, 'pyodide/pyodide-lock.json')))
  await writeFile(join(folder, 'service-worker.js'), worker.replaceAll(before, digest(text)))
}
