// Removes blobs that nothing refers to any more: no document as it is now, and none of its written versions.
import type { LogStore } from '../log/store.ts'
import { messageOf, type Logger } from '../logger.ts'
import type { Blobs } from './store.ts'

/** So long after it was written or asked for a blob stays, whoever refers to it. A browser may be about to. */
export const usualGrace = 24 * 60 * 60 * 1000

/** A relay has other things to do when it starts. */
const first = 60_000
const interval = 6 * 60 * 60 * 1000

const reference = /sha256-[0-9a-f]{64}/g

/**
 * The names in the bytes of an update, which has its text as it is. What is deleted but not yet compacted counts as
 * well, until it is.
 */
const namesIn = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').match(reference) ?? []

/** Gives how many were removed. `now` in milliseconds since 1970. */
export const sweepBlobs = async (
  blobs: Blobs,
  log: LogStore,
  now: number,
  grace = usualGrace,
): Promise<number> => {
  const old = new Set(await blobs.olderThan(now - grace))
  if (old.size === 0) return 0
  for (const docId of await log.documents()) {
    const states = (await log.bases(docId)).map(({ state }) => state)
    for (const bytes of [...(await log.load(docId)), ...states])
      for (const name of namesIn(bytes)) old.delete(name)
  }
  // One that was asked for meanwhile is new again.
  const still = new Set(await blobs.olderThan(now - grace))
  const unused = [...old].filter((name) => still.has(name))
  for (const name of unused) await blobs.remove(name)
  return unused.length
}

/** Sweeps a minute after the start and then each six hours; gives what ends it. */
export const sweepRegularly = (blobs: Blobs, log: LogStore, logger: Logger): (() => void) => {
  const sweep = async (): Promise<void> => {
    try {
      const removed = await sweepBlobs(blobs, log, Date.now())
      if (removed > 0) logger.info('blobs nobody refers to are gone', { removed })
    } catch (error) {
      logger.warn('blobs could not be swept', { reason: messageOf(error) })
    }
  }
  const soon = setTimeout(() => void sweep(), first).unref()
  const later = setInterval(() => void sweep(), interval).unref()
  return () => {
    clearTimeout(soon)
    clearInterval(later)
  }
}
