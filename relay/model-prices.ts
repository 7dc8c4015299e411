// What tokens cost, from the settings: providers have no API for prices, and a list in the code would soon be wrong.
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

/** `model=input/output` or `model=input/output/cached`, separated by commas; null if invalid. */
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
    // Rounded to a hundredth of a millionth of a dollar.
    return Math.round(millionths * 100) / 1e8
  }
