// Cells of four kinds, edited by keyboard and mouse, with undo across cells.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { shownCells, expectSources, expectFocus } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let person: Person
let made = 0

beforeAll(async () => {
  app = await App.start()
  person = await app.writer('')
})
afterAll(() => app.close())

const letters: readonly CellSketch[] = [
  ['code', 'a = 1'],
  ['code', 'b = 2'],
  ['code', 'c = 3'],
]

/** The person, in a new notebook with these cells. */
const at = async (...cells: readonly CellSketch[]): Promise<Person> => {
  const path = `edit-${++made}.ipynb`
  await app.create(path, notebookFile(...cells))
  await person.page.goto(`${app.origin}/notebook/${path}`)
  await expect.poll(() => person.page.locator('nb-cell').count(), soon).toBe(cells.length)
  return person
}

const type = (person: Person, text: string): Promise<void> => person.page.keyboard.type(text)
const done = (): void => expect(person.complaints).toEqual([])

describe('modes and running', () => {
  test('Enter starts editing, Esc ends it, and the focus is never lost', async () => {
    const ana = await at(...letters)
    await ana.into(2)
    await expectFocus(ana, 'source of cell 2')
    await ana.press('Escape')
    await expectFocus(ana, 'cell 2')
    await ana.press('Enter', 'End')
    await type(ana, '0')
    await expectSources(ana, 'a = 1', 'b = 20', 'c = 3')
    done()
  })

  test('Shift+Enter selects the next cell and adds one at the end', async () => {
    const ana = await at(...letters.slice(0, 2))
    await ana.into(1)
    await ana.press('Shift+Enter')
    await expectFocus(ana, 'cell 2')
    await ana.press('Shift+Enter')
    await expectFocus(ana, 'source of cell 3')
    await type(ana, 'new')
    await expectSources(ana, 'a = 1', 'b = 2', 'new')
    done()
  })

  test('after the answer to input() the keyboard is where Shift+Enter had gone', async () => {
    const ana = await at(
      ['code', 'for i in range(2): print(input("name ") + "!")'],
      ['code', 'print("two")'],
      ['code', 'print(input("last ") + "!")'],
    )
    await ana.into(1)
    await ana.press('Shift+Enter')
    for (const name of ['Ana', 'Ben']) {
      await expectFocus(ana, 'name of cell 1')
      await type(ana, name)
      await ana.press('Enter')
      await expect.poll(() => ana.output(1).innerText(), soon).toContain(`${name}!`)
    }
    await expectFocus(ana, 'cell 2')
    await ana.press('Shift+Enter')
    await ana.cellIs(2, 'done')
    await expectFocus(ana, 'cell 3')
    // A cell is made below the last one: nothing was written there yet.
    await ana.press('Shift+Enter')
    await expectFocus(ana, 'last of cell 3')
    await type(ana, 'end')
    await ana.press('Enter')
    await ana.cellIs(3, 'done')
    await expectFocus(ana, 'cell 4')
    done()
  })

  test('Mod+Enter keeps the cell selected, Alt+Enter inserts one below', async () => {
    const ana = await at(...letters)
    await ana.into(1)
    await ana.press('Control+Enter')
    await expectFocus(ana, 'cell 1')
    await ana.press('Alt+Enter')
    await expectFocus(ana, 'source of cell 2')
    await type(ana, 'x')
    await expectSources(ana, 'a = 1', 'x', 'b = 2', 'c = 3')
    await ana.into(4)
    await ana.press('Alt+Enter')
    await expectFocus(ana, 'source of cell 5')
    done()
  })

  test('arrow keys leave a cell while a list of completions is open that nobody asked for', async () => {
    const ana = await at(['code', 'value_one = 1'], ['code', 'below'])
    await ana.into(1)
    await ana.press('Control+End', 'Enter')
    await type(ana, 'val')
    const popup = ana.page.locator('.cm-tooltip-autocomplete')
    await popup.waitFor()
    await ana.press('ArrowDown')
    await expectFocus(ana, 'source of cell 2')
    await popup.waitFor({ state: 'detached' })
  })

  test('Esc first closes the list of completions, which is shown above everything', async () => {
    const ana = await at(['code', 'value_one = 1\nvalue_two = 2\nvalue_three = 3\n'], ['code', 'below'])
    await ana.into(1)
    await ana.press('Control+End')
    await type(ana, 'val')
    await ana.press('Control+Space')
    const popup = ana.page.locator('.cm-tooltip-autocomplete')
    await popup.waitFor()
    // The list is shown completely, on top of what lies below.
    const isOnTop = (): Promise<boolean> =>
      popup.evaluate((list) => {
        const box = [...list.querySelectorAll('[role="option"]')].at(-1)?.getBoundingClientRect()
        const hit = box && document.elementFromPoint(box.left + 10, box.top + 5)
        return hit !== null && hit !== undefined && hit.closest('.cm-tooltip') === list.closest('.cm-tooltip')
      })
    await expect.poll(isOnTop, soon).toBe(true)
    await ana.press('Escape')
    await popup.waitFor({ state: 'detached' })
    await expectFocus(ana, 'source of cell 1')
    await ana.press('Escape')
    await expectFocus(ana, 'cell 1')
    done()
  })
})

describe('the list of cells', () => {
  test('A and B insert a cell above and below, D D deletes the selected one', async () => {
    const ana = await at(...letters)
    await ana.into(2)
    // The new cell is selected but not in edit mode.
    await ana.press('Escape', 'a')
    await expectFocus(ana, 'cell 2')
    await ana.press('Enter')
    await type(ana, 'above')
    await ana.press('Escape', 'ArrowDown', 'b')
    await expectFocus(ana, 'cell 4')
    await ana.press('Enter')
    await type(ana, 'below')
    await expectSources(ana, 'a = 1', 'above', 'b = 2', 'below', 'c = 3')
    await ana.press('Escape', 'd', 'd')
    await expectSources(ana, 'a = 1', 'above', 'b = 2', 'c = 3')
    await expectFocus(ana, 'cell 4')
    await ana.press('d', 'd')
    await expectSources(ana, 'a = 1', 'above', 'b = 2')
    await expectFocus(ana, 'cell 3')
    // Neither a single D nor D with another key between deletes.
    await ana.press('d', 'ArrowUp', 'd')
    await expectFocus(ana, 'cell 2')
    await expectSources(ana, 'a = 1', 'above', 'b = 2')
    done()
  })

  test('arrows and J, K go from cell to cell, arrows also at the edges of a source', async () => {
    const ana = await at(['code', 'first\nsecond'], ['note', 'a note'], ['code', 'last'])
    await ana.into(1)
    await ana.press('Control+Home', 'ArrowDown')
    await expectFocus(ana, 'source of cell 1')
    await ana.press('ArrowDown')
    await expectFocus(ana, 'source of cell 2')
    await ana.press('ArrowDown')
    await expectFocus(ana, 'source of cell 3')
    await ana.press('ArrowUp', 'ArrowUp')
    await expectFocus(ana, 'source of cell 1')
    await ana.press('Escape', 'ArrowUp')
    await expectFocus(ana, 'cell 1')
    await ana.press('ArrowDown')
    await expectFocus(ana, 'cell 2')
    await ana.press('j', 'j')
    await expectFocus(ana, 'cell 3')
    await ana.press('k')
    await expectFocus(ana, 'cell 2')
    done()
  })

  test('neither the selected cell nor the caret’s line is ever under the header or the status line', async () => {
    const ana = await at(...Array.from({ length: 40 }, (_, i): CellSketch => ['code', `x = ${i}\ny\nz`]))
    const free = (selector: string): Promise<string> =>
      ana.page.evaluate((found) => {
        const box = document.querySelector(found)?.getBoundingClientRect()
        const header = document.querySelector('.nb-header')?.getBoundingClientRect().bottom ?? 0
        const status = document.querySelector('nb-status')?.getBoundingClientRect().top ?? 0
        if (!box) return 'not there'
        return box.top < header ? 'under the header' : box.bottom > status ? 'under the status' : 'free'
      }, selector)
    await ana.into(1)
    await ana.press('Escape')
    for (let i = 0; i < 25; i++) await ana.press('ArrowDown')
    await expectFocus(ana, 'cell 26')
    await expect.poll(() => free('nb-cell:focus nb-source'), soon).toBe('free')
    for (let i = 0; i < 20; i++) await ana.press('ArrowUp')
    await expectFocus(ana, 'cell 6')
    await expect.poll(() => free('nb-cell:focus nb-source'), soon).toBe('free')
    await ana.press('Enter', 'Control+End')
    for (let i = 0; i < 40; i++) await ana.press('Enter')
    await expect.poll(() => free('.cm-focused .cm-cursor-primary'), soon).toBe('free')
    for (let i = 0; i < 42; i++) await ana.press('ArrowUp')
    await expect.poll(() => free('.cm-focused .cm-cursor-primary'), soon).toBe('free')
    done()
  })

  test('a cell of each kind can be inserted between any two cells', async () => {
    const ana = await at(...letters)
    for (let gap = 0; gap < 7; gap += 2) {
      const row = gap === 0 ? ana.page.locator('nb-insert').first() : ana.cell(gap).locator('nb-insert')
      const name = ['Add code cell', 'Add note', 'Add prompt', 'Add code cell'][gap / 2] ?? ''
      await row.hover()
      await row.getByRole('button', { name, exact: true }).click()
      await expectFocus(ana, `source of cell ${gap + 1}`)
      await type(ana, `new ${gap}`)
    }
    await expectSources(ana, 'new 0', 'a = 1', 'new 2', 'b = 2', 'new 4', 'c = 3', 'new 6')
    expect((await shownCells(ana)).map(({ kind }) => kind)).toEqual([
      'code',
      'code',
      'note',
      'code',
      'prompt',
      'code',
      'code',
    ])
    done()
  })

  test('the only cell can be deleted and restored, and a new one inserted', async () => {
    const ana = await at(['code', 'alone'])
    await ana.into(1)
    await ana.press('Escape', 'd', 'd')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(0)
    await ana.page.locator('nb-insert button:focus').waitFor()
    await ana.press('z')
    await expectSources(ana, 'alone')
    await expectFocus(ana, 'cell 1')
    await ana.press('Control+Shift+z')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(0)
    // With nothing focused, too.
    await ana.page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await ana.press('Control+z')
    await expectSources(ana, 'alone')
    await expectFocus(ana, 'cell 1')
    await ana.press('d', 'd')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(0)
    await ana.press('b')
    await expectFocus(ana, 'cell 1')
    await ana.press('Enter')
    await type(ana, 'anew')
    await expectSources(ana, 'anew')
    done()
  })

  test('cells are moved by keys and by buttons and keep the focus', async () => {
    const ana = await at(...letters)
    await ana.into(1)
    await ana.press('Escape', 'Control+Shift+ArrowDown')
    await expectSources(ana, 'b = 2', 'a = 1', 'c = 3')
    await expectFocus(ana, 'cell 2')
    await ana.press('Control+Shift+ArrowDown', 'Control+Shift+ArrowDown')
    await expectSources(ana, 'b = 2', 'c = 3', 'a = 1')
    await expectFocus(ana, 'cell 3')
    await ana.press('Control+Shift+ArrowUp')
    await expectSources(ana, 'b = 2', 'a = 1', 'c = 3')
    await ana.cell(2).hover()
    await ana.cell(2).getByRole('button', { name: 'Move cell up', exact: true }).click()
    await expectSources(ana, 'a = 1', 'b = 2', 'c = 3')
    await ana.cell(1).getByRole('button', { name: 'Move cell down', exact: true }).click()
    await expectSources(ana, 'b = 2', 'a = 1', 'c = 3')
    // The cells' names follow their positions.
    await ana.source(2).click()
    await ana.press('End')
    await type(ana, '1')
    await expectSources(ana, 'b = 2', 'a = 11', 'c = 3')
    done()
  })

  test('an arrow key into the next cell keeps the column', async () => {
    const ana = await at(['code', 'one = 1\ntwo'], ['code', 'three = 3\nfour = 4'])
    await ana.into(2)
    await ana.press('Control+Home', 'ArrowRight', 'ArrowRight', 'ArrowUp')
    await type(ana, '0')
    await expectSources(ana, 'one = 1\ntw0o', 'three = 3\nfour = 4')
    await ana.press('Control+Home', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown')
    await type(ana, '#')
    await expectSources(ana, 'one = 1\ntw0o', 'th#ree = 3\nfour = 4')
    done()
  })

  test('undoing a split leaves the caret in the text that is whole again', async () => {
    const ana = await at(['code', 'one = 1\ntwo = 2'], ['code', 'below'])
    await ana.into(1)
    await ana.press('Control+Home', 'ArrowDown', 'Control+Shift+Minus')
    await expectFocus(ana, 'source of cell 2')
    await expectSources(ana, 'one = 1', 'two = 2', 'below')
    await ana.press('Control+z')
    await expectFocus(ana, 'source of cell 1')
    await type(ana, '0')
    await expectSources(ana, 'one = 1\ntwo = 20', 'below')
    done()
  })

  test('changing the kind of a cell keeps its text, caret and undo', async () => {
    const ana = await at(...letters)
    await ana.into(2)
    await ana.press('End')
    await type(ana, '5')
    await ana.press('Escape', 'm')
    await expect
      .poll(async () => (await shownCells(ana))[1], soon)
      .toMatchObject({
        kind: 'note',
        source: 'b = 25',
        rendered: true,
        selected: true,
      })
    await expectFocus(ana, 'cell 2')
    await ana.press('p')
    await expect.poll(async () => (await shownCells(ana))[1]?.kind, soon).toBe('prompt')
    await ana.press('r')
    await expect.poll(async () => (await shownCells(ana))[1]?.kind, soon).toBe('raw')
    await ana.press('y', 'Enter')
    await expect.poll(async () => (await shownCells(ana))[1]?.kind, soon).toBe('code')
    await expectFocus(ana, 'source of cell 2')
    await type(ana, '6')
    await expectSources(ana, 'a = 1', 'b = 256', 'c = 3')
    await ana.cell(1).hover()
    await ana.cell(1).getByRole('combobox', { name: 'Cell kind' }).selectOption('Prompt')
    await expect
      .poll(async () => (await shownCells(ana))[0], soon)
      .toMatchObject({
        kind: 'prompt',
        source: 'a = 1',
      })
    done()
  })
})

describe('notes and colours', () => {
  test('a note is rendered, is edited after double-click or Enter, and is rendered again after leaving it', async () => {
    const ana = await at(['note', '# Title\n\nwith *words*'], ['code', 'x'])
    const heading = ana.cell(1).getByRole('heading', { name: 'Title' })
    await heading.waitFor()
    await heading.dblclick()
    await expectFocus(ana, 'source of cell 1')
    await ana.press('Control+End')
    await type(ana, ' and **more**')
    await ana.press('Shift+Enter')
    await expectFocus(ana, 'cell 2')
    await ana.cell(1).locator('strong', { hasText: 'more' }).waitFor()
    await ana.press('ArrowUp', 'Enter')
    await expectFocus(ana, 'source of cell 1')
    await ana.into(2)
    await heading.waitFor()
    done()
  })

  test('an empty note stays visible and can be clicked', async () => {
    const ana = await at(['note', 'gone soon'], ['code', 'x'])
    await ana.cell(1).getByRole('paragraph').dblclick()
    await ana.press('Control+a', 'Delete')
    await ana.into(2)
    await ana.source(1).click()
    await expectFocus(ana, 'source of cell 1')
    await type(ana, 'here')
    await expectSources(ana, 'here', 'x')
    done()
  })

  test('Python and Markdown are highlighted the same with and without an editor', async () => {
    const ana = await at(
      ['code', 'def one():\n    return "text"  # why'],
      ['prompt', '# Ask\n\nwith `code`'],
      ...Array.from({ length: 40 }, (_, i): CellSketch => [
        'code',
        `for i in range(${i}):\n    pass\n\n\n\n`,
      ]),
    )
    const classes = (position: number): Promise<string[]> =>
      ana
        .cell(position)
        .locator('nb-source [class*="tok-"]')
        .evaluateAll((all) => all.map(({ className, textContent }) => `${className} ${textContent}`))
    await ana.cell(1).locator('.cm-editor').waitFor()
    await ana.cell(2).locator('.cm-editor').waitFor()
    // An editor highlights in part at once and the rest a little later.
    await expect
      .poll(() => classes(1), soon)
      .toEqual(
        expect.arrayContaining([
          'tok-keyword def',
          'tok-keyword return',
          'tok-string "text"',
          'tok-comment # why',
        ]),
      )
    await expect
      .poll(async () => (await classes(2)).some((found) => found.startsWith('tok-heading')), soon)
      .toBe(true)
    const mounted = await classes(1)
    await ana.cell(42).scrollIntoViewIfNeeded()
    await ana.cell(1).locator('.nb-picture').waitFor({ state: 'attached' })
    await ana.cell(1).scrollIntoViewIfNeeded()
    // Highlighted the same while there is no editor yet.
    await expect.poll(() => classes(1), soon).toEqual(mounted)
    done()
  })
})
