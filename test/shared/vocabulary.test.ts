import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Names replaced by usual terms of the field; ARCHITECTURE.md lists those in use. */
const retired = `Stint joinStints packStints stintsOf LogRow NewBase addBase baseWritten writeBase
  storeBase superfluousBase KnownVersion FileVersions Door DoorParts WidgetDoor Standing
  EarlyUpdates AwaitedBlobs Exclusive Library Shelf EarlierOutputs Gate fileWish mendTexts
  takeTheirs keepMarked usualLimits RoadPage Wish wishes Told Said NbSaid NbRan NbLibrary
  addressOf fileAddress openAddress readAddress sizeWords timeWords kernelWords hindrance heir
  deepestSent longestDelay longestWait longestTarget longestHighlighted mostOver surely finest
  notKept atRisk knowGone heldIn heldBefore withoutSnapshot giveNow onAsking ranLast reachOf armed
  textInHand holdInPanel doerOf usualKind withOthersWords lookSoon wordBehind`
/** Verbs for messages; the field says send, receive, notify. */
const verbs = 'tell told hear heard wish'
const matching = (list: string): RegExp => new RegExp(`\\b(${list.split(/\s+/).join('|')})\\b`)
const names = matching(retired)
const productNames = matching(`${retired} ${verbs}`)
/** Comments and plain strings may say these words. */
const codeOf = (text: string): string =>
  text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
/** Private members use `private`; a # also occurs in strings and colours. */
const hashPrivate = /\bthis\.#\w|^ {2}(readonly |static |async |get |set )*#\w+ ?[(:=?]/m

const folders = ['client', 'relay', 'shared', 'test', 'bench']

test('retired names do not occur, and private members use `private`', async () => {
  const all = folders.map(async (folder) =>
    (await readdir(folder, { recursive: true })).map((name) => join(folder, name)),
  )
  const sources = (await Promise.all(all))
    .flat()
    .filter((file) => file.endsWith('.ts') && !file.endsWith('vocabulary.test.ts'))
  expect(sources.length).toBeGreaterThan(400)
  const found: string[] = []
  for (const file of sources) {
    const text = await readFile(file, 'utf8')
    const isProduct = !/^(test|bench)\b/.test(file)
    const [name] = (isProduct ? productNames : names).exec(codeOf(text)) ?? []
    if (name !== undefined) found.push(`${file}: ${name}`)
    if (hashPrivate.test(text)) found.push(`${file}: #private`)
  }
  expect(found).toEqual([])
})
