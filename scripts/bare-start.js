// Tests the first steps of a new user: clone, `npm start`, open the page, stop; then start again, which must not rebuild.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'llm-notebook-clone-'))
const clone = join(folder, 'clone')

/** Starts through npm on a free port, fetches the page, stops by SIGTERM to npm. */
const startAndStop = async () => {
  const began = Date.now()
  const { CI: _ci, ...env } = process.env
  const npm = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  npm.stderr.on('data', (chunk) => (log += String(chunk)))
  const ended = new Promise((resolve) => npm.on('exit', (code, signal) => resolve(signal ?? code)))
  const address = await new Promise((resolve, reject) => {
    let text = ''
    npm.stdout.on('data', (chunk) => {
      text += String(chunk)
      const match = /http:\/\/[^\s]+/.exec(text)
      if (match) resolve(match[0])
    })
    void ended.then((code) => reject(new Error(`npm start ended with ${String(code)}: ${text}${log}`)))
  })
  const seconds = (Date.now() - began) / 1000
  const page = await fetch(address)
  const body = await page.text()
  if (page.status !== 200 || !body.includes('<title>')) throw new Error(`the page answered ${page.status}`)
  npm.kill('SIGTERM')
  const code = await ended
  if (code !== 0 && code !== 'SIGTERM' && code !== 143)
    throw new Error(`npm start ended with ${String(code)}`)
  const isStopped = await fetch(address).then(
    () => false,
    () => true,
  )
  if (!isStopped) throw new Error('the relay still answers after SIGTERM to npm')
  return { seconds, log }
}

try {
  const cloned = spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' })
  if (cloned.status !== 0) throw new Error('git clone failed')
  const [first, second] = [await startAndStop(), await startAndStop()]
  if (/Installing|Building/.test(second.log))
    throw new Error(`the second start installed or built something: ${second.log}`)
  if (!/Installing/.test(first.log)) throw new Error('the first start installed nothing')
  console.log(
    `fresh clone: first start ${first.seconds.toFixed(1)} s, second start ${second.seconds.toFixed(1)} s`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
