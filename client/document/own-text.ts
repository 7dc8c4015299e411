// Where others have split or merged the cells of a text that this page wrote, it is carried to where its surroundings are
// now. While this page catches up with the relay, so is all that it had before, an earlier visit's too: the relay carries
// what it had before the split, and has done so by then.
import type * as Y from 'yjs'
import { carry, onCopied, writtenBy } from '../../shared/notebook/document/carry.ts'

/** Returns a function that ends it. */
export const carryOwnText = (
  doc: Y.Doc,
  mayWrite: () => boolean,
  isCatchingUp: () => boolean,
): (() => void) =>
  onCopied(doc, (keys, { local, beforeState }) => {
    if (local || !mayWrite()) return
    const own = new Map([[doc.clientID, beforeState.get(doc.clientID) ?? 0]])
    carry(doc, keys, writtenBy(isCatchingUp() ? beforeState : own))
  })
