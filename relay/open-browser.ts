// Shows an address in the person's browser: `BROWSER`, or what the system opens addresses with.
import { spawn } from 'node:child_process'

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  // Without the empty title, `start` takes a quoted address for one.
  win32: ['cmd', '/c', 'start', ''],
}

/** Resolves to why it cannot; null if it was started. */
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
