import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Names that were given up for the field's own; ARCHITECTURE.md has those in use. */
const retired = `Stint joinStints packStints stintsOf LogRow NewBase addBase baseWritten writeBase
  storeBase superfluousBase KnownVersion FileVersions Door DoorParts WidgetDoor Standing
  EarlyUpdates AwaitedBlobs Exclusive Library Shelf EarlierOutputs Gate fileWish mendTexts
  takeTheirs keepMarked usualLimits RoadPage`
const names = new RegExp(`\\b(${retired.split(/\s+/).join('|')})\\b`)
/** `private` is the one form; strings and colours have the sign too. */
const hashPrivate = /\bthis\.#\w|^ {2}(readonly |static |async |get |set )*#\w+ ?[(:=?]/m

const folders = ['client', 'relay', 'shared', 'test', 'bench']

test('retired names are gone, and members are private in one way', async () => {
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
    const [name] = names.exec(text) ?? []
    if (name !== undefined) found.push(`${file}: ${name}`)
    if (hashPrivate.test(text)) found.push(`${file}: #private`)
  }
  expect(found).toEqual([])
})
