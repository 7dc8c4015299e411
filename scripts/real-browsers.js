// Finds Firefox and WebKitGTK for `npm run test:real`, or installs Debian's. If that fails, it prints a line and the tests
// are skipped.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isExecutable } from './chromium.js'

const onPath = (...names) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable)

export const findFirefox = () => onPath('firefox-esr', 'firefox')

/** On Debian the MiniBrowser is in an architecture-specific folder. */
export const findWebKit = () => {
  const driver = onPath('WebKitWebDriver')
  let folders = []
  try {
    folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name))
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
  const browser = folders
    .flatMap((folder) =>
      ['webkit2gtk-4.1', 'webkit2gtk-4.0'].map((name) => join(folder, name, 'MiniBrowser')),
    )
    .find(isExecutable)
  return driver && browser && onPath('Xvfb') ? { driver, browser } : undefined
}

const apt = (...args) => {
  const root = process.getuid?.() === 0
  const [command, ...rest] = [...(root ? [] : ['sudo', '-n']), 'apt-get', ...args]
  process.stderr.write(`${[command, ...rest].join(' ')}\n`)
  const { status } = spawnSync(command, rest, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return status === 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const packages = [
    ...(findFirefox() ? [] : ['firefox-esr']),
    ...(findWebKit() ? [] : ['webkit2gtk-driver', 'xvfb']),
  ]
  if (packages.length > 0) {
    process.stderr.write(
      `These tests need Firefox and WebKit; installing the system packages ${packages.join(', ')}.\n`,
    )
    // Separately, so that one is installed even if the other fails.
    if (onPath('apt-get') && apt('update'))
      for (const each of packages) apt('install', '-y', '--no-install-recommends', each)
  }
  if (!findFirefox()) process.stderr.write('Skipped: Firefox was not found and could not be installed.\n')
  if (!findWebKit()) process.stderr.write('Skipped: WebKit was not found and could not be installed.\n')
}
