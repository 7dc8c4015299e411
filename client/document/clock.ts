// The relay's time. Browsers' clocks may be wrong by hours or days, and what a page writes is shown to others.

/** Milliseconds. Less is that of the network, and of the header, which has whole seconds. */
const tolerated = 5_000
let ahead = 0
/** Milliseconds that the answer took by which it is known: it is wrong by at most half of them. */
let took = Infinity

/** Whole milliseconds since 1970. */
export const now = (): number => Date.now() - ahead

/** `date`: the header of a response that was asked for at `asked`, by this browser's clock. */
export const noteRelayTime = (date: string | null, asked: number): void => {
  const relayTime = date === null ? NaN : Date.parse(date) + 500
  if (Number.isNaN(relayTime)) return
  const takes = Date.now() - asked
  const difference = Math.round(asked + takes / 2 - relayTime)
  const isSame = Math.abs(difference - ahead) < tolerated + takes
  // A slow answer knows no better, unless the clock was set.
  if (isSame && takes > took) return
  took = takes
  ahead = Math.abs(difference) > tolerated + takes / 2 ? difference : 0
}
