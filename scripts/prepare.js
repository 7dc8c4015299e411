// Makes what is missing and nothing else: dependencies when the lock file changed, a build when a source changed.
// Runs before `npm start`, `npm test` and the other commands, so a fresh clone needs no other step. Plain
// JavaScript on Node alone, because it has to run before anything is installed.
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
  process.stderr.write(`${title} …\n`)
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

/** Runs the step unless the files it depends on are those of its last success. */
const step = (name, files, made, action) => {
  const now = digest(files)
  if (stamped(name) === now && existsSync(join(root, made))) return
  if (existsSync(stampPath(name))) rmSync(stampPath(name))
  action()
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stampPath(name), now)
}

// An installed package has no sources, only the build.
if (existsSync(join(root, 'package-lock.json'))) {
  step('installed', ['package.json', 'package-lock.json'], 'node_modules/yjs/package.json', () =>
    run('Installing what LLM Notebook needs', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund']),
  )
  const sources = ['shared', 'relay', 'client'].flatMap(filesOf)
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'tsconfig.build.json']
  step('built', [...sources, ...settings], 'dist/client/index.html', () => {
    // First, as it stops where something cannot be fetched.
    run('Building the page', 'node_modules/.bin/vite', ['build', 'client'])
    run('Building the relay', 'node_modules/.bin/tsc', ['-b', 'tsconfig.build.json'])
  })
}
