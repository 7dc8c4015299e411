// Finds the Python of its own that `npm run test:real` runs notebooks and JupyterLab with, or makes it from PyPI, saying
// so: the versions are those of test/real/requirements.txt. What cannot be had is said in a line, and its tests are left
// out.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const requirements = join(root, 'test/real/requirements.txt')
const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
// Not beside the dependencies, which are taken away with each change of them: this takes minutes to make.
const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const folder = join(caches, 'llm-notebook', `native-${digest}`)

/** The folder of a complete one. */
export const findNativePython = () => (existsSync(join(folder, 'complete')) ? folder : undefined)

const done = (command, ...args) =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href && !findNativePython()) {
  process.stderr.write(`Installing JupyterLab and what the notebooks need into ${folder} …\n`)
  rmSync(folder, { recursive: true, force: true })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
  if (done('python3', '-m', 'venv', folder) && done(join(folder, 'bin/python'), ...pip))
    writeFileSync(join(folder, 'complete'), '')
  else rmSync(folder, { recursive: true, force: true })
  if (!findNativePython())
    process.stderr.write('Left out: notebooks beside JupyterLab, which could not be installed from PyPI.\n')
}
