// Installs dependencies if the lock file changed and builds if a source file changed. Runs before `npm start`, `npm test`
// and other commands, so that a fresh clone needs no other step. Plain JavaScript without dependencies, because it runs
// before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const filesOf = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesOf(path) : entry.isFile() ? [path] : []
  })

const digest = (files) => {
  const hash = createHash('sha256').update(process.version)
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

const stampPath = (name) => join(root, 'node_modules', `.llm-notebook-${name}`)
const stamped = (name) => (existsSync(stampPath(name)) ? readFileSync(stampPath(name), 'utf8') : '')

const run = (title, command, args) => {
  process.stderr.write(`${title}…\n`)
  const windows = process.platform === 'win32'
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: windows,
  })
  if (result.status === 0) return
  process.stderr.write(
    `${result.stdout ?? ''}${result.stderr ?? ''}\n${title} failed: ${command} ${args.join(' ')}\n`,
  )
  process.exit(1)
}

/** Runs the step unless `files` are unchanged since its last success and `output` exists. */
const step = (name, files, output, action) => {
  const current = digest(files)
  if (stamped(name) === current && existsSync(join(root, output))) return
  if (existsSync(stampPath(name))) rmSync(stampPath(name))
  action()
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stampPath(name), current)
}

// An installed package only contains the build.
if (existsSync(join(root, 'package-lock.json'))) {
  step('installed', ['package.json', 'package-lock.json'], 'node_modules/yjs/package.json', () =>
    run('Installing dependencies', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund']),
  )
  const sources = ['shared', 'relay', 'client'].flatMap(filesOf)
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'tsconfig.build.json']
  step('built', [...sources, ...settings], 'dist/client/index.html', () => {
    // First, because it fails early if a download fails.
    run('Building the page', 'node_modules/.bin/vite', ['build', 'client'])
    run('Building the relay', 'node_modules/.bin/tsc', ['-b', 'tsconfig.build.json'])
  })
}
