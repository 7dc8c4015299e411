// What the file peer does for every state of the file and of the document.
import { describe, expect, test } from 'vitest'
import { decide, type Action, type DocumentSeen, type FileSeen } from '../../../relay/files/decide.ts'
import { unseen, type FileState } from '../../../relay/files/file-state.ts'

type Place = FileState['place']

const now = 1_000_000
const usual: FileState = { ...unseen, known: { digest: 'last', identity: '1' }, changes: 3, inFile: 2 }

const there = (digest: string, broken: string | null = null): FileSeen => ({
  type: 'there',
  digest,
  writable: true,
  broken,
  busyUntil: 0,
})

/**
 * What happened to the file. After a crash between storing a revision and renaming, it is `as it was` or
 * `ours`.
 */
const files = {
  'in the bin': { type: 'binned' },
  missing: { type: 'missing' },
  'as it was': there('last'),
  ours: there('crashed'),
  'written by another program': there('other'),
  'written by another program as the document says': there('now'),
  'no notebook': there('other', 'line 1'),
} satisfies Record<string, FileSeen>
type File = keyof typeof files

/** What happened to the document. */
const documents = {
  clean: { type: 'clean' },
  resting: { type: 'resting' },
  due: { type: 'due' },
  incomplete: { type: 'incomplete', until: now + 5 },
  shrunk: { type: 'shrunk', lost: 2 },
  'ready, as the file': { type: 'ready', digest: 'last', at: now },
  ready: { type: 'ready', digest: 'now', at: now },
} satisfies Record<string, DocumentSeen>

const places: Record<Place, true> = {
  unseen: true,
  there: true,
  missed: true,
  sought: true,
  gone: true,
  wanted: true,
}

/** The actions, in the order of `documents`; `any` if it does not matter how the file was last seen. */
const table: Record<File, Partial<Record<Place | 'any', string>>> = {
  'in the bin': { any: 'rest  rest  rest  rest  rest  rest  rest' },
  missing: {
    unseen: '           miss  miss  miss  miss  miss  miss  miss',
    there: '            miss  miss  miss  miss  miss  miss  miss',
    missed: '           seek  seek  seek  seek  seek  seek  seek',
    sought: '           lose  lose  lose  lose  lose  lose  lose',
    gone: '             lose  lose  lose  lose  lose  lose  lose',
    // Asking for the file counts as a change, so there is something to write.
    wanted: '           rest  rest  read  wait  keep  write write',
  },
  'as it was': { any: ' agree rest  read  wait  keep  agree write' },
  ours: { any: '      adopt adopt adopt adopt adopt adopt adopt' },
  'written by another program': {
    any: '              merge merge merge merge merge merge merge',
  },
  'written by another program as the document says': {
    any: '              merge merge merge merge merge merge merge',
  },
  'no notebook': { any: 'keep keep  keep  keep  keep  keep  keep' },
}

const rowOf = (file: File, place: Place): readonly string[] =>
  (table[file][place] ?? table[file].any ?? '').trim().split(/ +/)

const pairs = (Object.keys(files) as File[]).flatMap((file) =>
  (Object.keys(places) as Place[]).map((place) => ({ file, place })),
)
const actionsFor = (seen: FileSeen, state: FileState): readonly Action[] =>
  Object.values(documents).map((document) => decide(state, seen, document))
const typesOf = (actions: readonly Action[]): readonly string[] => actions.map(({ type }) => type)

/** Revisions that a crash before the rename, or a rename that failed late, may have left. */
const crashes = [[], ['crashed'], ['older', 'crashed']]

describe('the file', () => {
  test.each(pairs)(
    'gets the action in the table if it is $file and was last seen $place',
    ({ file, place }) => {
      for (const tried of file === 'ours' ? crashes.slice(1) : crashes)
        expect(typesOf(actionsFor(files[file], { ...usual, place, tried }))).toEqual(rowOf(file, place))
    },
  )

  test.each(pairs)(
    'is not written while busy, paused or read-only if it is $file and was $place',
    ({ file, place }) => {
      const row = rowOf(file, place)
      const state: FileState = { ...usual, place, tried: ['crashed'] }
      const instead = (change: Readonly<Record<string, string>>): readonly string[] =>
        row.map((action) => change[action] ?? action)
      // Another program saved a moment ago.
      const paused = { ...state, pauseEnds: now + 1 }
      expect(typesOf(actionsFor(files[file], paused))).toEqual(instead({ write: 'wait' }))
      // The last look, which waits for nothing and leads to no other.
      const ending = { ...paused, ending: true }
      expect(typesOf(actionsFor(files[file], ending))).toEqual(instead({ miss: 'rest', seek: 'rest' }))
      const seen: FileSeen = files[file]
      // Somebody is editing the file in another program: the next start writes it.
      const busy = seen.type === 'there' ? { ...seen, busyUntil: now + 1 } : seen
      for (const isEnding of [false, true])
        expect(typesOf(actionsFor(busy, { ...state, ending: isEnding }))).toEqual(
          instead({
            ...(seen.type === 'there' ? { write: 'wait' } : {}),
            ...(isEnding ? { miss: 'rest', seek: 'rest' } : {}),
          }),
        )
      const readOnly = seen.type === 'there' ? { ...seen, writable: false } : seen
      expect(typesOf(actionsFor(readOnly, state))).toEqual(
        instead(seen.type === 'there' ? { write: 'fail' } : {}),
      )
    },
  )

  test('is merged as an outside edit if nothing was known of it', () => {
    for (const file of [files['as it was'], files['written by another program']])
      expect(typesOf(actionsFor(file, { ...usual, known: null }))).toEqual(
        Object.keys(documents).map(() => 'merge'),
      )
  })

  test('is waited for until the document is complete and the other program has paused', () => {
    const wait = (state: FileState, document: DocumentSeen): Action =>
      decide(state, files['as it was'], document)
    expect(wait(usual, documents.incomplete)).toEqual({ type: 'wait', until: now + 5 })
    expect(wait({ ...usual, pauseEnds: now + 7 }, documents.ready)).toEqual({ type: 'wait', until: now + 7 })
    const busy = { ...files['as it was'], busyUntil: now + 9 }
    expect(decide(usual, busy, documents.ready)).toEqual({ type: 'wait', until: now + 9 })
  })
})

test('the table has every pair, and every kind of file, document and action', () => {
  for (const { file, place } of pairs)
    expect(rowOf(file, place), `${file}, ${place}`).toHaveLength(Object.keys(documents).length)
  const kinds: Record<FileSeen['type'] | DocumentSeen['type'] | Action['type'], true> = {
    binned: true,
    missing: true,
    there: true,
    clean: true,
    resting: true,
    due: true,
    incomplete: true,
    shrunk: true,
    ready: true,
    rest: true,
    read: true,
    wait: true,
    agree: true,
    write: true,
    adopt: true,
    merge: true,
    keep: true,
    // For files that may not be written.
    fail: true,
    miss: true,
    seek: true,
    lose: true,
  }
  const found = new Set<string>(['fail'])
  for (const { type } of [...Object.values(files), ...Object.values(documents)]) found.add(type)
  for (const { file, place } of pairs) for (const action of rowOf(file, place)) found.add(action)
  expect([...found].sort()).toEqual(Object.keys(kinds).sort())
})
