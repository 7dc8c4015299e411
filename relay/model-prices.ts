// What tokens cost, as whoever runs the relay says: providers do not tell, and a list in the code would be wrong soon.
import type { Usage } from '../shared/model/provider.ts'
import { splitModel } from '../shared/notebook/model-choice.ts'

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
  readonly cached: number
}
/** By `provider/model`, or by the model alone. */
export type Prices = ReadonlyMap<string, Price>

/** `model=input/output` or `model=input/output/cached`, with commas between; null where it is none. */
export const parsePrices = (text: string): Prices | null => {
  const prices = new Map<string, Price>()
  for (const entry of text.split(',')) {
    const [, model = '', numbers = ''] = /^\s*([^=\s]+)\s*=\s*(.+?)\s*$/.exec(entry) ?? []
    const [input = NaN, output = NaN, cached = input, ...more] = numbers.split('/').map(Number)
    if (![input, output, cached].every((price) => price >= 0) || more.length > 0) return null
    prices.set(model, { input, output, cached })
  }
  return prices
}

export const costOf =
  (prices: Prices) =>
  (model: string, { input, output, cached }: Usage): number | null => {
    const price = prices.get(model) ?? prices.get(splitModel(model).id)
    if (price === undefined) return null
    const fromCache = Math.min(input, cached ?? 0)
    const millionths = (input - fromCache) * price.input + fromCache * price.cached + output * price.output
    // A hundredth of a millionth of a dollar is as exact as anybody pays.
    return Math.round(millionths * 100) / 1e8
  }
