// What goes over the socket between client and relay: the y-websocket protocol with message types added, and
// the close codes. Codes 4400–4499 stop y-websocket's reconnecting for good, so they are never used for what passes.

export const messageSync = 0
export const messageAwareness = 1
export const messageQueryAwareness = 3
/** `[102, payload]`: echoed when everything its sender sent before is on the disk (as y-sweet has it). */
export const messageAcknowledge = 102
/** `[103, epoch]`: which history the relay holds, sent before its first sync step. */
export const messageEpoch = 103
/**
 * `[104, count, stateVector]`: how many messages its sender has sent on this socket before this one, and what it holds
 * (empty: it does not say). The relay answers in kind to a page that counts. A message that something on the way
 * dropped is found by it, the last one too.
 */
export const messageTally = 104

/** `[105, grant]`: who the other end is to the relay and what they may do, as JSON; sent before any update. */
export const messageGrant = 105
/** `[106, reason]`: an update was not taken, because the other end may not write. Nothing is acknowledged from then on. */
export const messageForbidden = 106

/** The second number of a `messageSync`: what do you have beside this · the answer · an update. */
export const syncStep1 = 0
export const syncStep2 = 1
export const syncUpdate = 2

/** The reason of a 4404 for a notebook that was deleted and can be brought back. */
export const inBin = 'in the bin'

export const closeCodes = {
  notAllowed: 4401,
  wrongOrigin: 4403,
  noSuchNotebook: 4404,
  anotherEpoch: 4409,
  renamed: 4410,
  /** 1003: a frame that is no message of this protocol, or an update that does not decode. */
  garbage: 1003,
  tooBig: 1009,
  tooFast: 1008,
  goingAway: 1001,
} as const

/** Bytes of a request's body, so of a new notebook with its content; a message of the WebSocket may be as large. */
export const maxRequestBody = 64 << 20
