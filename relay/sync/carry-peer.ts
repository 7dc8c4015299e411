// Carries the text of pages that are gone to where others have split or merged it meanwhile; a page that is there does
// that itself, with its caret. And which copy of a text is kept is decided here.
import { carry, onCopied, writtenBy } from '../../shared/notebook/document/carry.ts'
import type { Run } from '../../shared/notebook/document/copies.ts'
import { keepOnce } from '../../shared/notebook/document/keep-once.ts'
import type { Room } from './room.ts'
import type { Peer } from './rooms.ts'

interface Left {
  readonly keys: readonly string[]
  readonly runs: readonly Run[]
}

export const carriesTexts = ({ doc, awareness }: Pick<Room, 'doc' | 'awareness'>): Peer => {
  const isMine = ({ client }: Run): boolean => client === doc.clientID || !awareness.getStates().has(client)
  /** Left to pages that were there then. */
  let left: readonly Left[] = []
  const attempt = (keys: readonly string[], old: readonly Run[]): readonly Left[] => {
    const runs = carry(doc, keys, old, isMine)
    return runs.length === 0 ? [] : [{ keys, runs }]
  }
  const stop = onCopied(doc, (keys, { beforeState }) => {
    left = [...left, ...attempt(keys, writtenBy(beforeState))]
    keepOnce(doc, keys)
  })
  const onPresence = ({ removed }: { readonly removed: readonly number[] }): void => {
    if (removed.length > 0) left = left.flatMap(({ keys, runs }) => attempt(keys, runs))
  }
  awareness.on('change', onPresence)
  return {
    dispose: () => {
      stop()
      awareness.off('change', onPresence)
    },
  }
}
