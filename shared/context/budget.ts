// How much of a context fits. Pure arithmetic on the cells' sizes.
import { encodeUtf8 } from 'lib0/string'

/** What fitting needs to know of one entry, in the order of the notebook. */
export interface Sized {
  readonly tokens: number
  /** Stays whatever the budget is. */
  readonly fixed: boolean
}

/** Estimated tokens of a text: UTF-8 bytes / 2.5, digits / 1.8, as measured on real tokenizers (design: Models). */
export function estimateTokens(text: string): number {
  const digits = text.match(/[0-9]/g)?.length ?? 0
  const bytes = encodeUtf8(text).length
  return Math.ceil((bytes - digits) / 2.5 + digits / 1.8)
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
