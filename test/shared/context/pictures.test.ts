import { describe, expect, test } from 'vitest'
import { blobsGiven, buildContext, surroundings, type Context } from '../../../shared/context/build.ts'
import { untrusted } from '../../../shared/context/untrusted.ts'
import { defaultSight, type Sight } from '../../../shared/model/provider.ts'
import { extractBlobs } from '../../../shared/notebook/document/blob-references.ts'
import { cellId, type Cell, type Leaf, type Leaves } from '../../../shared/notebook/notebook.ts'
import { pictureHead } from '../../../shared/notebook/output/picture.ts'
import { gif, jpeg, png, webp } from '../../support/pictures.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'

const seeing: Sight = { ...defaultSight, sees: true }
const ask = plainCell('ask', 'prompt', 'what is in it?')
const build = (cells: readonly Cell[], sight: Sight = seeing, budget = 100_000): Context => {
  const context = buildContext(plainNotebook(cells), cellId('ask'), surroundings(budget, { sight }))
  if (context === null) throw new Error('there is a prompt to build for')
  return context
}
const display = (data: Leaves): Leaf => ({ output_type: 'display_data', metadata: {}, data })
const code = (id: string, ...leaves: Leaf[]): Cell => ({
  ...plainCell(id, 'code', 'plot()'),
  result: {
    run: null,
    count: null,
    status: 'done',
    outputs: leaves.map((leaf) => ({ live: false, leaf })),
    reply: null,
    thinking: null,
    calls: [],
  },
})
const plot = (id: string, size?: number): Cell => code(id, display({ 'image/png': png(750, 100, size) }))
const attached = (cell: Cell, attachments: Leaves): Cell => ({ ...cell, attachments })
const sentIn = ({ messages }: Context): readonly (readonly [text: string, images: number])[] =>
  messages.flatMap(({ parts }) => (parts ?? []).map(({ text, pictures }) => [text, pictures.length] as const))
const whys = ({ uses }: Context): readonly (readonly string[])[] =>
  uses.map(({ pictures }) => pictures.map(({ why }) => why))

test.each([
  ['image/png', png(640, 480)],
  ['image/gif', gif(640, 480)],
  ['image/jpeg', jpeg(640, 480)],
  ['image/jpeg', jpeg(640, 480, 60_000)],
  ['image/webp', webp(640, 480)],
])('format and size of a %s are read from its bytes', (mime, base64) => {
  expect(pictureHead(base64)).toEqual({ mime, width: 640, height: 480 })
})

test.each(['', 'AAAA', 'not base64 at all, but long enough', png(0, 0), png(5, 5).slice(0, 24)])(
  'bytes that are not an image have neither format nor size: %s',
  (base64) => expect(pictureHead(base64)).toBe(null),
)

describe('images in the context', () => {
  test('follow their cell if they are outputs or attachments its text shows, and count as tokens', () => {
    const context = build([
      code(
        'c',
        display({ 'image/png': png(750, 100), 'text/plain': '<Figure>' }),
        display({ 'text/plain': '1' }),
      ),
      attached(plainCell('n', 'note', 'see ![](attachment:my%20photo.jpg)'), {
        'my photo.jpg': { 'image/jpeg': jpeg(1_500, 10) },
        'unused.png': { 'image/png': png(9, 9) },
      }),
      attached({ ...ask, source: '![](attachment:q.png) what?' }, { 'q.png': { 'image/png': [png(9, 9)] } }),
    ])
    expect(sentIn(context)).toEqual([
      [untrusted('cell c', '```python\nplot()\n```\nOutput:\n```text\n<Figure>\n1\n```'), 1],
      [untrusted('cell n', 'see ![](attachment:my%20photo.jpg)'), 1],
      ['![](attachment:q.png) what?', 1],
    ])
    expect(context.uses.map(({ pictures }) => pictures.map(({ size, tokens }) => [size, tokens]))).toEqual([
      [[{ width: 750, height: 100 }, 100]],
      [[{ width: 1_500, height: 10 }, 20]],
      [[{ width: 9, height: 9 }, 1]],
    ])
    const without = build([plot('c'), ask], { ...defaultSight, sees: false })
    expect(build([plot('c'), ask]).tokens).toBe(without.tokens + 100)
    expect(context.messages[0]?.text).toBe(
      sentIn(context)
        .map(([text]) => text)
        .join('\n\n'),
    )
  })

  test('are not sent if the cell is skipped or the model is not known to accept images', () => {
    for (const [sees, why] of [
      [false, 'blind'],
      [null, 'unknown'],
    ] as const) {
      const context = build([plot('c'), ask], { ...defaultSight, sees })
      expect(whys(context)).toEqual([[why], []])
      expect(sentIn(context).map(([, images]) => images)).toEqual([0, 0])
    }
    const skipped = build([{ ...plot('c'), meta: { skipped: true } }, ask])
    expect(whys(skipped)).toEqual([[], []])
    expect(sentIn(skipped)).toEqual([['what is in it?', 0]])
  })

  test('are left out with a reason if the provider would refuse them', () => {
    const sight: Sight = { ...seeing, maxBytes: 5_000, maxSide: 2_000, mimes: ['image/png', 'image/jpeg'] }
    const cells = [
      code('a', display({ 'image/svg+xml': '<svg/>' })),
      code('b', display({ 'image/gif': gif(5, 5) })),
      code('c', display({ 'image/png': png(5, 5, 6_000) })),
      code('d', display({ 'image/png': png(5, 2_001) })),
      code('e', display({ 'image/png': 'AAAA' })),
      // The media type is wrong, and the provider would notice.
      code('f', display({ 'image/jpeg': png(5, 5) })),
      ask,
    ]
    const context = build(cells, sight)
    expect(whys(context)).toEqual([['format'], ['format'], ['large'], ['large'], ['format'], ['sent'], []])
    const [picture] = context.messages.flatMap(({ parts }) => parts ?? []).flatMap(({ pictures }) => pictures)
    expect(picture?.mime).toBe('image/png')
  })

  test('are dropped oldest first, several at a time, by number, bytes and tokens, unless pinned', () => {
    const many = Array.from({ length: 24 }, (_, n) => plot(`p${n}`))
    const pinned = many.map((cell, n) => (n === 1 ? { ...cell, meta: { pinned: true } } : cell))
    const out = (context: Context): readonly number[] =>
      whys(context).flatMap(([why], index) => (why === 'budget' ? [index] : []))
    expect(out(build([...many.slice(0, 20), ask]))).toEqual([])
    expect(out(build([...pinned.slice(0, 21), ask]))).toEqual([0, 2, 3, 4, 5])
    // One more changes nothing about the older ones, so that a provider's cache stays valid.
    expect(out(build([...pinned.slice(0, 24), ask]))).toEqual([0, 2, 3, 4, 5])
    expect(out(build([...many.slice(0, 6).map((cell) => plot(cell.id, 3 << 20)), ask]))).toEqual([0, 1])
    expect(out(build([...many.slice(0, 10), ask], seeing, 1_800))).toEqual([0, 1, 2])
  })

  test('are fetched from blobs only if they would be sent', () => {
    const big = 40_000
    const { notebook, blobs } = extractBlobs(
      plainNotebook([
        code('svg', display({ 'image/svg+xml': `<svg>${'x'.repeat(big)}</svg>` })),
        code('large', display({ 'image/png': png(5, 5, 200_000) })),
        code('plot', display({ 'image/png': png(750, 100, big), 'text/plain': '<Figure>' })),
        code('text', display({ 'text/plain': 'y'.repeat(big) })),
        ask,
      ]),
    )
    const around = surroundings(100_000, { sight: { ...seeing, maxBytes: 100_000 } })
    const given = blobsGiven(notebook, cellId('ask'), around)
    expect(given.map(({ mime }) => mime)).toEqual(['text/plain', 'image/png'])
    const mimes: string[] = []
    const context = buildContext(notebook, cellId('ask'), around, ({ $blob, mime }) => {
      mimes.push(mime)
      return blobs.get($blob)
    })
    expect(mimes.sort()).toEqual(['image/png', 'text/plain'])
    expect(context && whys(context)).toEqual([['format'], ['large'], ['sent'], [], []])
    const missing = buildContext(notebook, cellId('ask'), around)
    expect(missing && whys(missing)).toEqual([['format'], ['large'], ['missing'], [], []])
  })
})
