// When a file may have changed. It says so too often rather than too seldom: whoever listens compares contents.
import { unwatchFile, watch, watchFile, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Milliseconds between two looks at file systems that tell nothing (network mounts, some containers). */
const pollEvery = 2000

/** Calls `onChange` after each change of the file, its making and its removal. The function it gives ends that. */
export const watchPath = (file: string, onChange: () => void): (() => void) => {
  const name = basename(file)
  const listener = (): void => onChange()
  watchFile(file, { interval: pollEvery, persistent: false }, listener)
  let watcher: FSWatcher | null = null
  try {
    // The folder, because programs that save carefully put another file in this one's place.
    watcher = watch(dirname(file), { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) onChange()
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // No folder, or no more watches to be had: looking now and then remains.
    watcher = null
  }
  return () => {
    unwatchFile(file, listener)
    watcher?.close()
  }
}
