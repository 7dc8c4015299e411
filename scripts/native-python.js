// Finds the Python environment in which `npm run test:rendering` runs notebooks and JupyterLab, or creates it from PyPI with
// the versions in test/real/requirements.txt. If that fails, it prints a line and the tests are skipped.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const requirements = join(root, 'test/real/requirements.txt')
const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
// Not in node_modules, which `npm ci` deletes: creating it takes minutes.
const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const folder = join(caches, 'llm-notebook', `native-${digest}`)

/** The folder of a complete environment, or undefined. */
export const findNativePython = () => (existsSync(join(folder, 'complete')) ? folder : undefined)

const succeeds = (command, ...args) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href && !findNativePython()) {
  process.stderr.write(`Installing JupyterLab and the packages of the notebooks into ${folder}…\n`)
  rmSync(folder, { recursive: true, force: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
  if (succeeds('python3', '-m', 'venv', folder) && succeeds(join(folder, 'bin/python'), ...pip))
    writeFileSync(join(folder, 'complete'), '')
  else rmSync(folder, { recursive: true, force: true })
  if (!findNativePython())
    process.stderr.write('Skipped: comparing with JupyterLab, which could not be installed from PyPI.\n')
}
