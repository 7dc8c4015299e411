// Two browsers on one notebook.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { cellSource, visibleCells } from '../../shared/notebook/document/read.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { shownCells, shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

const long = Array.from({ length: 60 }, (_, i): CellSketch => [
  'code',
  `x${i + 1} = ${i + 1}\n# more\n# lines`,
])

let app: App
let ana: Person
let ben: Person

beforeAll(async () => {
  app = await App.start()
  ;[ana, ben] = await app.anaAndBen()
})
afterAll(() => app.close())

let path = ''

/** Opens a new notebook with these cells in both browsers. */
const meet = async (...cells: readonly CellSketch[]): Promise<void> => {
  path = await app.meet([ana, ben], notebookFile(...cells))
}

/** Waits until both show the same, and returns it. */
const agreed = async (): Promise<string[]> => {
  await ana.until('sync', 'saved')
  await ben.until('sync', 'saved')
  await expect
    .poll(async () => {
      const [his, hers] = [await shownSources(ben), await shownSources(ana)].map((all) => JSON.stringify(all))
      return his === hers ? 'agreed' : [his, hers]
    }, soon)
    .toBe('agreed')
  return shownSources(ana)
}

const caretOf = (name: string, seenBy: Person, position: number): Locator =>
  seenBy.cell(position).getByRole('img', { name: `Caret of ${name}`, exact: true })

/** The text before a caret in a cell, as displayed; null if the caret is not shown. */
const textBefore = (name: string, seenBy: Person, position: number): Promise<string | null> =>
  seenBy.cell(position).evaluate((cell, label) => {
    const source = cell.querySelector('nb-source')
    const caret = source?.querySelector(`[aria-label="${label}"]`)
    if (!source || !caret) return null
    const { left, bottom } = caret.getBoundingClientRect()
    const range = document.createRange()
    const isBefore = (node: Node, at: number): boolean => {
      range.setStart(node, at)
      range.setEnd(node, at + 1)
      const letter = range.getBoundingClientRect()
      const isAbove = letter.bottom < bottom - letter.height / 2
      return isAbove || (letter.top < bottom && letter.left + letter.width / 2 < left + 1)
    }
    const before = (part: Element): string => {
      let text = ''
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement?.closest('.nb-caret, .cm-placeholder')) continue
        const letters = node.textContent ?? ''
        for (let at = 0; at < letters.length; at++) if (isBefore(node, at)) text += letters[at]
      }
      return text
    }
    const lines = [...source.querySelectorAll('.cm-line')]
    const picture = source.querySelector('.nb-picture')
    if (picture) return before(picture)
    return lines
      .filter((line) => line.getBoundingClientRect().top < bottom - 1)
      .map(before)
      .join('\n')
  }, `Caret of ${name}`)

const count = (text: string, letter: string): number => text.split(letter).length - 1

test('no character is lost when two people type in one cell at the same time', async () => {
  await meet(['code', '(-)'])
  await ana.into(1)
  await ben.into(1)
  await ana.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('Control+End')
  await Promise.all([
    ana.page.keyboard.type('a'.repeat(40), { delay: 3 }),
    ben.page.keyboard.type('b'.repeat(40), { delay: 3 }),
  ])
  await expect.poll(async () => (await shownSources(ana))[0]?.length, soon).toBe('(-)'.length + 80)
  expect(await agreed()).toEqual([`${'a'.repeat(40)}(-)${'b'.repeat(40)}`])

  // At the very same position, with line breaks and deletions between.
  await ana.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('Control+Home')
  await Promise.all([
    (async () => {
      for (let i = 0; i < 15; i++) {
        await ana.page.keyboard.type('cx')
        await ana.page.keyboard.press('Backspace')
      }
    })(),
    (async () => {
      for (let i = 0; i < 15; i++) {
        await ben.page.keyboard.type('d')
        await ben.page.keyboard.press('Enter')
      }
    })(),
  ])
  await expect.poll(async () => count((await shownSources(ana))[0] ?? '', 'd'), soon).toBe(15)
  const [text = ''] = await agreed()
  expect([count(text, 'c'), count(text, 'x'), count(text, 'd'), count(text, '\n')]).toEqual([15, 0, 15, 15])
  expect([count(text, 'a'), count(text, 'b'), count(text, '(-)')]).toEqual([40, 40, 1])
})

test('the other person’s caret and selection are shown with their name at the right place', async () => {
  await meet(['code', 'one = 1'], ['code', 'two = 2\nthree = 3'], ['prompt', 'Ask *something*'])
  await ben.into(2)
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('ArrowRight')
  await expect.poll(() => textBefore('Ben', ana, 2), soon).toBe('t')
  expect(await caretOf('Ben', ana, 2).textContent()).toBe('Ben')
  expect(await ana.page.locator('.nb-caret').count()).toBe(1)
  // Not in their own page.
  expect(await ben.page.locator('.nb-caret').count()).toBe(0)

  await ben.page.keyboard.press('Control+Shift+End')
  const selected = ana.cell(2).locator('nb-source .nb-caret-selection')
  await expect.poll(async () => (await selected.allTextContents()).join('|'), soon).toBe('wo = 2|three = 3')
  await expect.poll(() => textBefore('Ben', ana, 2), soon).toBe('two = 2\nthree = 3')
  // Text inserted before the caret moves it along.
  await ana.into(2)
  await ana.page.keyboard.press('Control+Home')
  await ana.page.keyboard.type('# ')
  await expect.poll(() => textBefore('Ben', ana, 2), soon).toBe('# two = 2\nthree = 3')

  await ben.into(3)
  await ben.page.keyboard.press('Control+Home')
  await expect.poll(() => textBefore('Ben', ana, 3), soon).toBe('')
  await expect.poll(() => ana.page.locator('.nb-caret').count(), soon).toBe(1)
  await expect.poll(() => textBefore('Ana', ben, 2), soon).toBe('# ')
})

test('a caret is shown in a source without an editor', async () => {
  await meet(...long)
  await ana.into(1)
  await ben.cell(40).scrollIntoViewIfNeeded()
  await ben.into(40)
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('Shift+End')
  await expect.poll(() => textBefore('Ben', ana, 40), soon).toBe('x40 = 40')
  expect((await shownCells(ana))[39]?.mounted).toBe(false)
  expect(await ana.cell(40).locator('.nb-caret-selection').allTextContents()).toEqual(['x40 = 40'])
  await ben.page.keyboard.type('y')
  await expect.poll(() => textBefore('Ben', ana, 40), soon).toBe('y')
  expect((await shownSources(ana))[39]).toBe('y\n# more\n# lines')
  // The same once its editor is mounted, after going there from the list of people.
  await ana.button('Ben').click()
  await ana.cell(40).locator('.cm-editor').waitFor()
  await expect.poll(() => textBefore('Ben', ana, 40), soon).toBe('y')
  await expect
    .poll(() => caretOf('Ben', ana, 40).evaluate((caret) => caret.getBoundingClientRect().top > 0), soon)
    .toBe(true)
})

test('a caret disappears when its person leaves the source, and when they close the tab', async () => {
  await meet(['code', 'one'], ['code', 'two'])
  await ben.into(1)
  await caretOf('Ben', ana, 1).waitFor()
  await ben.page.keyboard.press('Escape')
  await caretOf('Ben', ana, 1).waitFor({ state: 'detached' })
  await ben.page.keyboard.press('Enter')
  await caretOf('Ben', ana, 1).waitFor()
  await ben.into(2)
  await caretOf('Ben', ana, 2).waitFor()
  await caretOf('Ben', ana, 1).waitFor({ state: 'detached' })

  const carl = await app.writer(path, app.returning('Carl', '#2e7031'))
  await carl.into(1)
  await caretOf('Carl', ana, 1).waitFor()
  const people = ana.page.getByRole('list', { name: 'People' }).getByRole('listitem')
  await expect.poll(() => people.allTextContents(), soon).toHaveLength(3)
  await carl.context.close()
  await caretOf('Carl', ana, 1).waitFor({ state: 'detached' })
  await expect.poll(() => people.allTextContents(), soon).toHaveLength(2)
})

test('the list of people shows who is present, and a changed name reaches everyone and is remembered', async () => {
  await meet(['code', 'one'])
  const names = (person: Person): Promise<string[]> =>
    person.page
      .getByRole('list', { name: 'People' })
      .getByRole('listitem')
      .locator('.nb-hidden')
      .allTextContents()
  await expect.poll(() => names(ana), soon).toEqual(['Ana (you)', 'Ben'])
  await expect.poll(() => names(ben), soon).toEqual(['Ben (you)', 'Ana'])
  await ben.button('Ben (you)').click()
  await ben.page.getByLabel('Your name').fill('Benedikt')
  await ben.button('Save').click()
  await expect.poll(() => names(ana), soon).toEqual(['Ana (you)', 'Benedikt'])
  await ben.into(1)
  await caretOf('Benedikt', ana, 1).waitFor()
  // Another tab of the same browser, which is closed again.
  const again = await app.tab(ben.context, path)
  await again.button('Benedikt (you)').waitFor()
  await expect.poll(() => names(ana), soon).toEqual(['Ana (you)', 'Benedikt', 'Benedikt'])
  await again.page.close()
  await expect.poll(() => names(ana), soon).toEqual(['Ana (you)', 'Benedikt'])
  await expect.poll(() => names(ben), soon).toEqual(['Benedikt (you)', 'Ana'])
  await ben.button('Benedikt (you)').click()
  await ben.page.getByLabel('Your name').fill('Ben')
  await ben.button('Save').click()
  await expect.poll(() => names(ana), soon).toEqual(['Ana (you)', 'Ben'])
})

test('moving a cell while the other person types in it loses nothing', async () => {
  await meet(['code', 'one '], ['code', 'two '], ['code', 'three '])
  await ben.into(1)
  await ben.page.keyboard.press('Control+End')
  await ana.into(1)
  await ana.page.keyboard.press('Escape')
  const move = async (key: string, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await ana.page.keyboard.press(key)
  }
  await Promise.all([
    ben.page.keyboard.type('typed while it moved about', { delay: 8 }),
    (async () => {
      for (let i = 0; i < 6; i++) {
        await move('Control+Shift+ArrowDown', 2)
        await move('Control+Shift+ArrowUp', 2)
      }
      await move('Control+Shift+ArrowDown', 2)
    })(),
  ])
  await expect
    .poll(() => shownSources(ana), soon)
    .toEqual(['two ', 'three ', 'one typed while it moved about'])
  expect(await agreed()).toHaveLength(3)
  // The other person is still in the source, and their caret is shown where the cell went.
  await ben.page.keyboard.type('!')
  await expect.poll(() => textBefore('Ben', ana, 3), soon).toBe('one typed while it moved about!')
})

test('a cell that is dragged while the other person deletes it leaves nothing behind, and others can be dragged', async () => {
  await meet(['code', 'one'], ['code', 'two'], ['code', 'three'])
  const { mouse } = ana.page
  const grip = async (position: number): Promise<void> => {
    await ana.cell(position).hover()
    await ana.cell(position).locator('.nb-grip').hover()
    await mouse.down()
  }
  const below = async (position: number): Promise<void> => {
    const box = await ana.cell(position).boundingBox()
    if (box === null) throw new Error(`cell ${position} is not shown`)
    await mouse.move(box.x + 20, box.y + box.height - 4, { steps: 4 })
  }
  const line = ana.page.locator('.nb-drop')
  await grip(1)
  await below(2)
  await line.waitFor()
  await ben.cell(1).focus()
  await ben.press('Escape', 'd', 'd')
  await expect.poll(() => shownSources(ana), soon).toEqual(['two', 'three'])
  await below(2)
  await mouse.up()
  await line.waitFor({ state: 'detached' })
  await grip(1)
  await below(2)
  await line.waitFor()
  await mouse.up()
  await expect.poll(() => shownSources(ben), soon).toEqual(['three', 'two'])
  expect(await agreed()).toEqual(['three', 'two'])
})

test('a cell that two people move at the same time is there once', async () => {
  await meet(['code', 'one'], ['code', 'two'], ['code', 'three'], ['code', 'four'])
  await ana.into(2)
  await ana.page.keyboard.press('Escape')
  await ben.into(2)
  await ben.page.keyboard.press('Escape')
  await Promise.all([
    ana.page.keyboard.press('Control+Shift+ArrowUp'),
    ben.page.keyboard.press('Control+Shift+ArrowDown'),
  ])
  const sources = await agreed()
  expect(sources.toSorted()).toEqual(['four', 'one', 'three', 'two'])
  expect(sources.filter((source) => source !== 'two')).toEqual(['one', 'three', 'four'])
})

test('an input method’s composition continues while the other person types beside it and into it', async () => {
  const input = await ana.context.newCDPSession(ana.page)
  const compose = (text: string): Promise<unknown> =>
    input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  /** Where Ben types while `にほ` is at 6, and whether Ana continues composing before she commits. */
  const cases = [0, 5, 6, 7, 8, 9, 13].flatMap((at) => [
    { at, goesOn: true } as const,
    { at, goesOn: false } as const,
  ])
  await meet(...cases.map((): CellSketch => ['code', 'alpha omega']))
  for (const [index, { at, goesOn }] of cases.entries()) {
    const told = `case ${index}: ben writes at ${at}${goesOn ? ', ana goes on' : ''}`
    const shown = async (person: Person): Promise<string | undefined> => (await shownSources(person))[index]
    await ana.into(index + 1)
    await ana.press('Control+Home', 'Control+ArrowRight', 'ArrowRight')
    await compose('n')
    await compose('にほ')
    await expect.poll(() => shown(ben), soon).toBe('alpha にほomega')
    await ben.into(index + 1)
    // From the nearer end.
    const rest = 'alpha にほomega'.length - at
    if (at <= rest) await ben.press('Control+Home', ...Array.from({ length: at }, () => 'ArrowRight'))
    else await ben.press('Control+End', ...Array.from({ length: rest }, () => 'ArrowLeft'))
    await ben.page.keyboard.type('BEN')
    await ben.until('sync', 'saved')
    // Held back as long as she composes.
    expect(await shown(ana), told).toBe('alpha にほomega')
    if (goesOn) {
      await compose('にほん')
      await compose('日本')
    }
    const word = goesOn ? '日本' : 'にほ'
    await input.send('Input.insertText', { text: word })
    await expect.poll(() => shown(ana), soon).toContain('BEN')
    const text = await shown(ana)
    expect(text?.replace('BEN', ''), told).toBe(`alpha ${word}omega`)
    expect(text, told).toContain(word)
    await ana.page.keyboard.type('!')
    await expect.poll(() => shown(ana), soon).toContain(`${word}!`)
    await expect.poll(() => shown(ben), soon).toBe(await shown(ana))
  }
  await agreed()
})

test('neither page logged an error', () => {
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('text survives a client that writes embeds and other values into sources', async () => {
  await meet(['code', 'one = 1'], ['code', 'two = 2'])
  const doc = new Y.Doc()
  const program = new WebsocketProvider(`${app.origin.replace('http', 'ws')}/sync`, path, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  program.messageHandlers[103] = () => undefined
  try {
    await expect.poll(() => program.synced, soon).toBe(true)
    await ana.into(1)
    await ana.page.keyboard.press('Control+End')
    const [first, second] = visibleCells(doc)
    const source = first === undefined ? undefined : cellSource(doc, first)
    source?.insertEmbed(0, { image: 'x' })
    source?.format(0, 3, { bold: true })
    await ana.page.keyboard.type('1')
    doc
      .getMap<Y.Map<unknown>>('cells')
      .get(second ?? '')
      ?.set('source', 5)
    await expect.poll(() => shownSources(ben), soon).toEqual(['one = 11', 'two = 2'])
    await ben.cell(2).getByText('The text was restored.').waitFor()
    // Both can be edited as before.
    await ben.type(2, '2')
    await ana.page.keyboard.type('1')
    await expect.poll(() => shownSources(ana), soon).toEqual(['one = 111', 'two = 22'])
    expect(await agreed()).toEqual(['one = 111', 'two = 22'])
    await ben.cell(2).getByRole('button', { name: 'Keep it' }).click()
    await expect.poll(() => ana.cell(2).getByText('The text was restored').count(), soon).toBe(0)
  } finally {
    program.destroy()
    program.awareness.destroy()
  }
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
