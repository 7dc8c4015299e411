// The status of the file that pages see, and when the file peer looks again.
import { describe, expect, test } from 'vitest'
import * as after from '../../../relay/files/file-state.ts'
import { defaultTimes as times } from '../../../relay/files/file-peer-times.ts'

type FileState = after.FileState

const now = 1_000_000
const file = { digest: 'last', identity: '1' }
const written: FileState = { ...after.unseen, place: 'there', known: file, changes: 2, inFile: 2 }

describe('the file’s status', () => {
  const documents = {
    written,
    received: { ...written, received: true },
    ahead: { ...written, changes: 3 },
    // After a failure has passed, the document may already be in the file.
    problem: { ...written, problem: 'the disk is full' },
    'problem, ahead': { ...written, changes: 3, problem: 'the disk is full' },
  } satisfies Record<string, FileState>
  // In the order of `documents`.
  const table: Record<FileState['place'], string> = {
    unseen: 'pending pending pending failed  failed',
    there: ' written pending pending failed  failed',
    missed: 'written pending pending failed  failed',
    sought: 'pending pending pending failed  failed',
    gone: ' failed  failed  failed  failed  failed',
    wanted: 'written pending pending failed  failed',
  }
  test.each(Object.entries(table))(
    'of a file that is %s follows from the document’s changes and problems',
    (place, row) => {
      const states = Object.values(documents).map((state) => ({
        ...state,
        place: place as FileState['place'],
      }))
      expect(states.map((state) => after.statusOf(state).status)).toEqual(row.trim().split(/ +/))
      for (const status of states.map(after.statusOf))
        expect(status.reason === undefined).toBe(status.status !== 'failed')
    },
  )

  test('says that a file is gone, and the page can ask to write it again', () => {
    expect(after.statusOf({ ...written, place: 'gone' })).toEqual({
      status: 'failed',
      reason: 'the file was removed',
      gone: true,
      digest: 'last',
    })
    const wanted = after.writeRequested({ ...written, place: 'gone' }, now)
    expect(after.statusOf(wanted)).toEqual({ status: 'pending' })
    expect(after.nextLook(wanted)).toBe(now)
    // Only then.
    expect(after.writeRequested(written, now)).toBe(written)
  })
})

describe('the file peer looks again', () => {
  const at = (state: FileState): number | null => {
    const next = after.nextLook(state)
    return next === null ? null : next - now
  }

  test('after a pause in the changes, but not too late', () => {
    let state = after.changed(written, now, times)
    expect(at(state)).toBe(times.quiet)
    for (let later = 0; later < times.atMost; later += 500)
      expect(at((state = after.changed(state, now + later, times)))).toBe(
        Math.min(later + times.quiet, times.atMost),
      )
    // Changes that arrive during the look start a new wait.
    state = after.changed(after.looking(state, now + times.atMost), now + times.atMost, times)
    expect(at(state)).toBe(times.atMost + times.quiet)
  })

  test('after a pause of another program, which is longer if that keeps saving', () => {
    const edit = { file, cells: [], isByGit: false }
    const once = after.merged(written, edit, now, times)
    expect(at(once)).toBe(null)
    expect(at(after.changed(once, now, times))).toBe(times.pause)
    const twice = after.merged(once, edit, now + 30_000, times)
    expect(at(after.changed(twice, now + 30_000, times))).toBe(30_000 + times.longPause)
    const later = after.merged(twice, edit, now + 200_000, times)
    expect(at(after.changed(later, now + 200_000, times))).toBe(200_000 + times.pause)
    // Git replaces files several times in a row, and has no edits of its own.
    const byGit = after.merged(once, { ...edit, isByGit: true }, now + 30_000, times)
    expect(at(after.changed(byGit, now + 30_000, times))).toBe(30_000 + times.pause)
  })

  test('later after each failure, regardless of changes, until a success', () => {
    let state = written
    for (const wait of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      state = after.failed(after.looking(state, now), 'no', now, times)
      expect(at(state)).toBe(wait)
      expect(at(after.changed(state, now, times))).toBe(wait)
      // A look in between, because the file changed, does not alter the time.
      expect(at(after.looking(state, now + 1))).toBe(wait)
    }
    state = after.agreed(state, file, state)
    expect(after.statusOf(state).status).toBe('written')
    expect(at(after.failed(after.looking(state, now), 'no', now, times))).toBe(1000)
  })

  test('not any more once it is ending', () => {
    expect(after.nextLook({ ...after.changed(written, now, times), ending: true })).toBe(null)
  })
})
