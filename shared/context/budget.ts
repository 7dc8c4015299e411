// Selects the cells that fit into the token budget of a prompt.

/** Tokens. */
const defaultBudget = 60_000

/** `limit`: of the provider, or null. `tools`: tokens of the tool definitions. */
export const budgetFor = (limit: number | null, tools = 0): number =>
  limit === null ? defaultBudget : Math.min(defaultBudget, Math.max(0, limit - tools))

/** The part of a model's context that is for the request without tool definitions; the rest is for the answer. */
export const roomIn = (context: number): number => Math.max(1_000, Math.floor(context * 0.75) - 1_250)

/** `room`: of the model, or null if unknown. */
export const withinRoom = (budget: number, room: number | null): number => Math.min(budget, room ?? budget)

export interface BudgetEntry {
  readonly tokens: number
  /** Included whatever the budget is. */
  readonly fixed: boolean
}

/**
 * UTF-8 bytes / 2.5 plus digits / 1.8, as measured with real tokenizers (see design: Models). Does not copy the text,
 * because every prompt estimates the whole notebook.
 */
export const estimateTokens = (text: string): number => {
  let [bytes, digits] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 48 && unit <= 57) digits++
    else if (unit < 0x80) bytes++
    // A surrogate pair encodes to four bytes, two for each half.
    else bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return Math.ceil(bytes / 2.5 + digits / 1.8)
}

/**
 * Indices of the entries to omit, so that the rest is within `budget` tokens as far as fixed entries allow.
 *
 * Entries are added from the top. Each time the sum exceeds the budget, the oldest are omitted until it is down to 80 %.
 * That way consecutive prompts start with the same messages until the next batch is omitted, and the provider's prefix
 * cache stays valid.
 */
export const omittedIndices = (entries: readonly BudgetEntry[], budget: number): ReadonlySet<number> => {
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
