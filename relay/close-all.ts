import { messageOf } from './logging/logger.ts'

/** Takes all and closes them, the last one first, also after one has failed: what has come so far is stored all the same. */
export const closeAll = async (closing: (() => unknown)[]): Promise<void> => {
  const failures: unknown[] = []
  for (const close of closing.splice(0).reverse()) {
    try {
      await close()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '))
}
