// Finds Firefox and WebKitGTK, which `npm run test:real` drives, or installs Debian's, saying so. What cannot be had is
// said in a line, and its tests are left out.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

const onPath = (...names) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable)

export const findFirefox = () => onPath('firefox-esr', 'firefox')

/** Debian keeps WebKit's small browser in a folder of its kind of machine. */
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
      `These tests drive Firefox and WebKit; installing ${packages.join(', ')} of this system.\n`,
    )
    // One that cannot be had is no reason to go without the other.
    if (onPath('apt-get') && apt('update'))
      for (const each of packages) apt('install', '-y', '--no-install-recommends', each)
  }
  if (!findFirefox())
    process.stderr.write('Left out: Firefox, which is not here and could not be installed.\n')
  if (!findWebKit()) process.stderr.write('Left out: WebKit, which is not here and could not be installed.\n')
}
