// Opens a URL in the browser: `BROWSER`, or the system's default.
import { spawn } from 'node:child_process'

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  // Without the empty title, `start` takes a quoted URL for the title.
  win32: ['cmd', '/c', 'start', ''],
}

/** Resolves to the reason if it failed, or null. */
export const openBrowser = (address: string): Promise<string | null> => {
  const named = process.env['BROWSER']
  const [program = '', ...args] = named ? [named] : (openers[process.platform] ?? ['xdg-open'])
  return new Promise((resolve) => {
    const started = spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    started.once('error', ({ message }) => resolve(message))
    started.once('spawn', () => {
      started.unref()
      resolve(null)
    })
  })
}
