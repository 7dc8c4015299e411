import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GroupCommit } from '../../../relay/log/group-commit.ts'
import { MemoryLog } from '../../support/memory-log.ts'
import type { LoggedUpdate } from '../../../relay/log/update-log.ts'
import { createLogger } from '../../../relay/logging/logger.ts'
import { soon } from '../../support/soon.ts'
import { historyOf } from '../../support/history-of.ts'

/** A log whose disk can become full. */
const fullDisk = () => {
  const { updates } = new MemoryLog()
  const disk = { updates, full: false, commits: 0 }
  const append = updates.append.bind(updates)
  updates.append = async (rows, revisions) => {
    if (disk.full) throw new Error('database or disk is full')
    disk.commits++
    await append(rows, revisions)
  }
  return disk
}

const row = (byte: number, docId = 'a'): LoggedUpdate => ({
  docId,
  time: byte,
  user: '',
  client: 0,
  bytes: new Uint8Array([byte]),
})

describe('GroupCommit', () => {
  let log: ReturnType<typeof fullDisk>
  let told: (string | null)[]
  let commit: GroupCommit
  beforeEach(() => {
    log = fullDisk()
    told = []
    commit = new GroupCommit(log.updates, createLogger('silent', 'text'), (reason) => told.push(reason))
  })
  afterEach(() => commit.close())

  const stored = async (): Promise<number[]> => (await historyOf(log.updates, 'a')).map(({ time }) => time)

  test('stores what arrives in one turn in one commit, for all rooms', async () => {
    for (let i = 1; i <= 5; i++) commit.write(row(i, i % 2 ? 'a' : 'b'))
    expect(await commit.settled()).toBe(true)
    expect(log.commits).toBe(1)
    expect(await stored()).toEqual([1, 3, 5])
  })

  test('runs callbacks after the store in order, even if one throws', async () => {
    const ran: string[] = []
    commit.write(row(1))
    commit.afterStored(() => {
      ran.push(`stored with ${log.commits} commit`)
      throw new Error('a broken room')
    })
    commit.afterStored(() => ran.push('next'))
    commit.afterSynced(() => ran.push('synced'))
    await commit.settled()
    expect(ran).toEqual(['stored with 1 commit', 'next', 'synced'])
  })

  test('keeps rows in order while the disk is full, shows them to others and acknowledges nothing', async () => {
    const ran: string[] = []
    log.full = true
    commit.write(row(1))
    commit.afterStored(() => ran.push('shown'))
    commit.afterSynced(() => ran.push('acknowledged 1'))
    await expect.poll(() => ran, soon).toEqual(['shown'])
    expect(told).toEqual(['database or disk is full'])
    expect(commit.backlog).toBe(1)
    commit.write(row(2))
    commit.afterSynced(() => ran.push('acknowledged 2'))
    expect(await commit.settled(20)).toBe(false)
    expect(await stored()).toEqual([])
    log.full = false
    await expect.poll(() => ran, soon).toEqual(['shown', 'acknowledged 1', 'acknowledged 2'])
    expect(await stored()).toEqual([1, 2])
    expect(told).toEqual(['database or disk is full', null])
    expect(commit.backlog).toBe(0)
  })
})
