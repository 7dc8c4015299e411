// Why the relay rejects this page at this path, by the code it closes the socket with. The page does not reconnect by
// itself.
import { closeCodes, inBin } from '../../shared/protocol.ts'

export type Refusal =
  | { readonly type: 'another-epoch' }
  /** `path` is empty if it is too long for a close reason. */
  | { readonly type: 'renamed'; readonly path: string }
  | { readonly type: 'no-such-notebook'; readonly reason: string }
  | { readonly type: 'in-bin' }
  | { readonly type: 'not-allowed'; readonly reason: string }

/** Null for every other end of a connection. */
export const refusalOf = (code: number, reason: string): Refusal | null => {
  switch (code) {
    case closeCodes.anotherEpoch:
      return { type: 'another-epoch' }
    case closeCodes.renamed:
      return { type: 'renamed', path: reason }
    case closeCodes.noSuchNotebook:
      return reason === inBin ? { type: 'in-bin' } : { type: 'no-such-notebook', reason }
    case closeCodes.notAllowed:
    case closeCodes.wrongOrigin:
      return { type: 'not-allowed', reason }
    default:
      return null
  }
}
