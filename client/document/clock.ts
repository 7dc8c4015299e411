// The relay's time. Browsers' clocks may be wrong by hours or days, and what a page writes is shown to others.

/** Milliseconds. Less is that of the network, and of the header, which has whole seconds. */
const tolerated = 5_000
let ahead = 0

/** Milliseconds since 1970. */
export const now = (): number => Date.now() - ahead

/** `date`: the header of a response that was asked for at `asked`, by this browser's clock. */
export const noteRelayTime = (date: string | null, asked: number): void => {
  const told = date === null ? NaN : Date.parse(date)
  if (Number.isNaN(told)) return
  const difference = (asked + Date.now()) / 2 - told
  ahead = Math.abs(difference) > tolerated ? difference : 0
}
