// Finds the Chromium for the browser tests, or installs Debian's. `findChromium()` is also used by the test configuration.
// It uses CHROMIUM_PATH if set, else the usual names on PATH.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

export const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

/** The path of Chromium, or undefined. */
export const findChromium = () => {
  const named = process.env.CHROMIUM_PATH
  if (named) return isExecutable(named) ? named : undefined
  const folders = (process.env.PATH ?? '').split(delimiter)
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), mac].find(isExecutable)
}

const install = () => {
  const root = process.getuid?.() === 0
  const prefix = root ? [] : ['sudo', '-n']
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'apt-get', ...args]
    process.stderr.write(`${[command, ...rest].join(' ')}\n`)
    return (
      spawnSync(command, rest, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0
    )
  }
  process.stderr.write(
    'The browser tests need Chromium, which was not found; installing the system package.\n',
  )
  return apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!findChromium() && !(process.env.CHROMIUM_PATH === undefined && install() && findChromium())) {
    process.stderr.write(
      'Chromium was not found. Install it, or set CHROMIUM_PATH to its path, and try again.\n',
    )
    process.exit(1)
  }
}
