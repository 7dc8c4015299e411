// Removes blobs that no document and no stored revision of a file refers to any more.
import type { Log } from '../log/log.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import type { Blobs } from './store.ts'

/** Milliseconds for which an unreferenced blob is kept, because a browser may be about to refer to it. */
const defaultGrace = 24 * 60 * 60 * 1000

/** Not during the start of the relay. */
const firstDelay = 60_000
const interval = 6 * 60 * 60 * 1000

const reference = /sha256-[0-9a-f]{64}/g

/** The blob names in an update, which contains strings uncompressed. Includes deleted ones until they are compacted. */
const namesIn = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').match(reference) ?? []

/** Returns the number of removed blobs. `now`: milliseconds since 1970. */
export const sweepBlobs = async (
  blobs: Blobs,
  log: Log,
  now: number,
  grace = defaultGrace,
): Promise<number> => {
  const old = new Set(await blobs.olderThan(now - grace))
  if (old.size === 0) return 0
  for (const docId of await log.catalogue.documents()) {
    const states = (await log.revisions.of(docId)).map(({ state }) => state)
    for (const bytes of [...(await log.updates.load(docId)), ...states])
      for (const name of namesIn(bytes)) old.delete(name)
  }
  // A blob that was requested in the meantime counts as new.
  const stillOld = new Set(await blobs.olderThan(now - grace))
  const unused = [...old].filter((name) => stillOld.has(name))
  for (const name of unused) await blobs.remove(name)
  return unused.length
}

/** Sweeps a minute after the start and then every six hours; the returned function stops that. */
export const sweepRegularly = (blobs: Blobs, log: Log, logger: Logger): (() => void) => {
  const sweep = async (): Promise<void> => {
    try {
      const removed = await sweepBlobs(blobs, log, Date.now())
      if (removed > 0) logger.info('removed unreferenced blobs', { removed })
    } catch (error) {
      logger.warn('could not remove unreferenced blobs', { reason: messageOf(error) })
    }
  }
  const first = setTimeout(() => void sweep(), firstDelay).unref()
  const repeated = setInterval(() => void sweep(), interval).unref()
  return () => {
    clearTimeout(first)
    clearInterval(repeated)
  }
}
