// What a newcomer does: clone, `npm start`, open the address, Ctrl+C; then the same again, which makes nothing anew.
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
  let made = ''
  npm.stderr.on('data', (chunk) => (made += String(chunk)))
  const ended = new Promise((resolve) => npm.on('exit', (code, signal) => resolve(signal ?? code)))
  const address = await new Promise((resolve, reject) => {
    let text = ''
    npm.stdout.on('data', (chunk) => {
      text += String(chunk)
      const match = /http:\/\/[^\s]+/.exec(text)
      if (match) resolve(match[0])
    })
    void ended.then((code) => reject(new Error(`npm start ended with ${String(code)}: ${text}${made}`)))
  })
  const seconds = (Date.now() - began) / 1000
  const page = await fetch(address)
  const body = await page.text()
  if (page.status !== 200 || !body.includes('<title>')) throw new Error(`the page answered ${page.status}`)
  npm.kill('SIGTERM')
  const code = await ended
  if (code !== 0 && code !== 'SIGTERM' && code !== 143)
    throw new Error(`npm start ended with ${String(code)}`)
  const gone = await fetch(address).then(
    () => false,
    () => true,
  )
  if (!gone) throw new Error('the relay still answers after SIGTERM to npm')
  return { seconds, made }
}

try {
  const cloned = spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' })
  if (cloned.status !== 0) throw new Error('git clone failed')
  const [first, second] = [await startAndStop(), await startAndStop()]
  if (/Installing|Building/.test(second.made))
    throw new Error(`the second start made something: ${second.made}`)
  if (!/Installing/.test(first.made)) throw new Error('the first start installed nothing')
  console.log(
    `bare clone: ready after ${first.seconds.toFixed(1)} s, then after ${second.seconds.toFixed(1)} s`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
