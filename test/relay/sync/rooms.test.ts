import { expect, test } from 'vitest'
import { GroupCommit } from '../../../relay/log/group-commit.ts'
import { createLogger } from '../../../relay/logging/logger.ts'
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
