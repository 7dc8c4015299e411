// The WebSocket protocol between client and relay: y-websocket's, plus a few message types and close codes.
// y-websocket never reconnects after a code from 4400 to 4499, so these are only for permanent conditions.

export const messageSync = 0
export const messageAwareness = 1
export const messageQueryAwareness = 3
/** `[102, payload]`, as in y-sweet: echoed once everything the sender sent before it is durable. */
export const messageAcknowledge = 102
/** `[103, epoch]`: the relay's current history, sent before its first sync step. */
export const messageEpoch = 103
/**
 * `[104, count, stateVector]`: how many messages the sender has sent on this socket before this one, and its state vector
 * (may be empty). The relay replies with its own. Detects messages lost on the way, including the last one.
 */
export const messageTally = 104

/** `[105, grant]`: the user and role of the receiver as JSON, sent before any update. */
export const messageGrant = 105
/** `[106, reason]`: an update was rejected, because its sender may not write. Nothing is acknowledged after that. */
export const messageForbidden = 106

/** The second number of a `messageSync`: a request with a state vector, the answer to it, or an update. */
export const syncStep1 = 0
export const syncStep2 = 1
export const syncUpdate = 2

/** Close reason of a 4404 for a deleted notebook that can be restored. */
export const inBin = 'in the bin'
/** Close reason of a 4404 where nothing is. */
export const noSuchNotebook = 'no such notebook'

export const closeCodes = {
  notAllowed: 4401,
  wrongOrigin: 4403,
  noSuchNotebook: 4404,
  anotherEpoch: 4409,
  renamed: 4410,
  /** Not a message of this protocol, or an update that cannot be decoded. */
  garbage: 1003,
  tooBig: 1009,
  tooFast: 1008,
  goingAway: 1001,
} as const

/** Bytes. Limits HTTP request bodies and WebSocket messages. */
export const maxRequestBody = 64 << 20
