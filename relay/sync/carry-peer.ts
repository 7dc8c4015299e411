// Carries the text of pages that are gone to where others have split or merged it meanwhile; a page that is there does
// that itself, with its caret. And which copy of a text is kept is decided here.
import { carry, carryOn } from '../../shared/notebook/document/carry.ts'
import type { PeerFactory } from './rooms.ts'

export const carriesTexts: PeerFactory = ({ doc, awareness }) => {
  const isGone = (client: number): boolean => !awareness.getStates().has(client)
  const stop = carryOn(doc, isGone, true)
  const onPresence = ({ removed }: { readonly removed: readonly number[] }): void => {
    if (removed.length > 0) carry(doc, isGone, true)
  }
  awareness.on('change', onPresence)
  return {
    dispose: () => {
      stop()
      awareness.off('change', onPresence)
    },
  }
}
