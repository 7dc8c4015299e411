// How much of a context fits. Pure arithmetic on the cells' sizes.

/** What fitting needs to know of one entry, in the order of the notebook. */
export interface Sized {
  readonly tokens: number
  /** Stays whatever the budget is. */
  readonly fixed: boolean
}

/**
 * Estimated tokens of a text: UTF-8 bytes / 2.5, digits / 1.8, as measured on real tokenizers (design: Models). One
 * pass without a copy, for a whole notebook is weighed at each prompt.
 */
export function estimateTokens(text: string): number {
  let [bytes, digits] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 48 && unit <= 57) digits++
    else if (unit < 0x80) bytes++
    // Each half of a surrogate pair stands for two of its character's four bytes.
    else bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return Math.ceil(bytes / 2.5 + digits / 1.8)
}

/**
 * The indices left out, so that the rest is within `budget` tokens as far as fixed entries allow.
 *
 * The notebook is walked from the top as it once grew: each time the sum passes the budget, the oldest go until it
 * is down to 80 %. So what a prompt further down sees begins with exactly what the one before it saw, until the next
 * chunk goes, and a provider's prefix cache holds.
 */
export function leftOut(entries: readonly Sized[], budget: number): ReadonlySet<number> {
  const omitted = new Set<number>()
  let sum = 0
  let oldest = 0
  entries.forEach((entry, index) => {
    sum += entry.tokens
    if (sum <= budget) return
    for (; oldest <= index && sum > budget * 0.8; oldest++) {
      const candidate = entries[oldest]
      if (candidate === undefined || candidate.fixed) continue
      omitted.add(oldest)
      sum -= candidate.tokens
    }
  })
  return omitted
}
