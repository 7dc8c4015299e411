import { expect, test } from 'vitest'
import { GroupCommit } from '../../../relay/log/group-commit.ts'
import { createLogger, messageOf } from '../../../relay/logging/logger.ts'
import { Rooms } from '../../../relay/sync/rooms.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import { until } from '../../support/until.ts'

test('a user of a room that is closing gets the next room, with its peers', async () => {
  const log = new MemoryLog()
  const logger = createLogger('silent', 'text')
  const commit = new GroupCommit(log.updates, logger, () => undefined)
  const record = { docId: 'a', epoch: 'e', path: 'a.ipynb', binned: null }
  const living = new Set<string>()
  let count = 0
  const later: Promise<readonly string[]>[] = []
  const rooms: Rooms = new Rooms({
    log,
    commit,
    instance: 'i',
    logger,
    unloadDelay: 0,
    peers: [
      () => {
        const name = `peer ${++count}`
        living.add(name)
        return {
          dispose: () => {
            living.delete(name)
            if (later.length === 0) later.push(rooms.use(record, () => [...living]))
          },
        }
      },
    ],
  })
  await rooms.use(record, () => undefined)
  await until(() => later.length > 0)
  expect(await Promise.all(later)).toEqual([['peer 2']])
  await rooms.close()
  await commit.close()
})

test('rooms close, and their peers end, also where another room cannot be loaded', async () => {
  const log = new MemoryLog()
  const logger = createLogger('silent', 'text')
  const commit = new GroupCommit(log.updates, logger, () => undefined)
  const ended: string[] = []
  const rooms = new Rooms({
    log,
    commit,
    instance: 'i',
    logger,
    unloadDelay: 60_000,
    peers: [
      ({ docId }) => {
        if (docId === 'b') throw new Error('it cannot be opened')
        return { dispose: () => void ended.push(docId) }
      },
    ],
  })
  const recordOf = (docId: string) => ({ docId, epoch: 'e', path: `${docId}.ipynb`, binned: null })
  await rooms.use(recordOf('a'), () => undefined)
  const opening = rooms.use(recordOf('b'), () => undefined).catch(messageOf)
  // Not by a timer: it would have failed by then.
  while (!rooms.isOpen('b')) await Promise.resolve()
  await rooms.close()
  expect(await opening).toBe('it cannot be opened')
  expect(ended).toEqual(['a'])
  await commit.close()
})
