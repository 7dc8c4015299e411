// Reports when a file may have changed, rather too often than too seldom: listeners compare contents.
import { unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Milliseconds between checks on file systems without events (network mounts, some containers). */
const pollEvery = 2000

/** Calls `onChange` after each change, creation and removal of the file. Returns a function that ends it. */
export const watchPath = (file: string, onChange: () => void): (() => void) => {
  const name = basename(file)
  const listener = (): void => onChange()
  watchFile(file, { interval: pollEvery, persistent: false }, listener)
  let watcher: FSWatcher | null = null
  try {
    // Watches the folder, because careful programs replace the file.
    watcher = watch(dirname(file), { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) onChange()
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // No folder, or no more watches available: only polling is left.
    watcher = null
  }
  return () => {
    unwatchFile(file, listener)
    watcher?.close()
  }
}
