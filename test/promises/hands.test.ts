// Typing never becomes commands: a text that is removed while somebody edits it leaves a ghost with the focus
// and the text, and letters act on a cell only if the person selected it.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf, expectSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person

beforeAll(async () => {
  app = await App.start()
  ;[ana, ben] = await app.anaAndBen()
})
afterAll(() => app.close())

const meet = (...cells: readonly CellSketch[]): Promise<string> =>
  app.meet([ana, ben], notebookFile(...cells))
const letters: readonly CellSketch[] = [
  ['code', 'a = 1'],
  ['code', 'b = 2'],
  ['code', 'c = 3'],
]
/** Keys that would all do something in command mode. */
const typeOn = async (person: Person): Promise<void> => {
  await person.page.keyboard.type('dd00zbamxvc')
  await person.press('Shift+Enter', 'Control+Enter', 'Backspace', 'Enter')
}
const ghost = (person: Person) => person.page.locator('nb-ghost')

describe('a text removed while a person types in it', () => {
  test('leaves a ghost after another person deleted the cell, which takes no key but Esc', async () => {
    await meet(...letters)
    await ben.type(2, '22')
    await expectSources(ana, 'a = 1', 'b = 222', 'c = 3')
    await ana.into(2)
    await ana.press('Escape', 'd', 'd')
    await ghost(ben).getByText('deleted by Ana while you were in it').waitFor()
    await typeOn(ben)
    expect(await ghost(ben).getByRole('textbox').inputValue()).toBe('b = 222')
    expect(
      await ghost(ben)
        .getByRole('textbox')
        .evaluate((field) => field === document.activeElement),
    ).toBe(true)
    await expectSources(ben, 'a = 1', 'c = 3')
    await expectSources(ana, 'a = 1', 'c = 3')
    expect(await ghost(ana).count()).toBe(0)
    expect(await ben.status.getAttribute('data-kernel')).toBe('off')
    // Esc leaves it, and still no letter is a command.
    await ben.press('Escape')
    await expect.poll(() => focusOf(ben), soon).toBe('cell 2')
    expect(await ghost(ben).count()).toBe(0)
    await ben.page.keyboard.type('ddz00b')
    await expectSources(ben, 'a = 1', 'c = 3')
    await ben.press('ArrowUp', 'd', 'd')
    await expectSources(ben, 'c = 3')
  })

  test('can be kept, and comes back with the focus if the other person undoes the deletion', async () => {
    await meet(...letters)
    await ben.into(2)
    await ana.into(2)
    await ana.press('Escape', 'd', 'd')
    await ghost(ben).getByRole('textbox').waitFor()
    await ana.press('z')
    await expect.poll(() => focusOf(ben), soon).toBe('source of cell 2')
    await ana.press('d', 'd')
    await ghost(ben).getByRole('button', { name: 'Keep it' }).click()
    await expectSources(ana, 'a = 1', 'b = 2', 'c = 3')
    await expectSources(ben, 'a = 1', 'b = 2', 'c = 3')
  })

  test('leaves a ghost after another program removed the cell from the file', async () => {
    const path = await meet(...letters)
    await ben.until('file', 'written')
    await ben.into(3)
    const { cells, ...rest } = JSON.parse(await app.file(path)) as { cells: unknown[] }
    await writeFile(join(app.folder, path), JSON.stringify({ ...rest, cells: cells.slice(0, 2) }))
    await ghost(ben).getByRole('textbox').waitFor()
    await typeOn(ben)
    await expectSources(ben, 'a = 1', 'b = 2')
  })

  test('stays visible after another person collapsed its section, until the caret leaves it', async () => {
    await meet(['note', '# Part'], ['code', 'inside'], ['code', 'also inside'])
    await ben.type(2, '1')
    await expectSources(ana, '# Part', 'inside1', 'also inside')
    await ana.cell(1).hover()
    await ana.cell(1).getByRole('combobox', { name: 'Cell options' }).selectOption('heading_collapsed')
    await expect.poll(() => ben.cell(3).isVisible(), soon).toBe(false)
    await ben.page.keyboard.type('ddz')
    await expectSources(ana, '# Part', 'inside1ddz', 'also inside')
    await ben.cell(1).click()
    await expect.poll(() => ben.cell(2).isVisible(), soon).toBe(false)
  })

  test('leaves a ghost after another person regenerated or cleared the reply', async () => {
    await meet(['prompt', 'mock: fast 5'], ['code', 'below'])
    await ana.run(1)
    await ben.cellIs(1, 'done')
    await ben.reply(1).dblclick()
    await ben.page.locator('nb-reply .cm-content:focus').waitFor()
    await ben.press('Control+End')
    await ben.page.keyboard.type(' and mine')
    await ana.reply(1).getByText('and mine').waitFor()
    await ana.run(1)
    await ghost(ben).getByText('Ana regenerated this reply').waitFor()
    await typeOn(ben)
    expect(await ghost(ben).getByRole('textbox').inputValue()).toContain('and mine')
    expect(await ben.page.locator('nb-cell').count()).toBe(2)
    await ben.press('Escape')
    await expect.poll(() => focusOf(ben), soon).toBe('cell 1')
    // Another person clears the reply while it is edited.
    await ben.cellIs(1, 'done')
    await ben.reply(1).dblclick()
    await ben.page.locator('nb-reply .cm-content:focus').waitFor()
    await ana.cell(1).getByRole('combobox', { name: 'Cell options' }).selectOption('Clear outputs')
    await ghost(ben).getByText('removed while you were editing').waitFor()
    await typeOn(ben)
    expect(await ben.page.locator('nb-cell').count()).toBe(2)
  })

  test('leaves a ghost of an input() after another person stopped the run, and Shift+Enter only answers', async () => {
    await meet(['code', 'input("Name? ")\ninput("Age? ")'], ['code', 'below'])
    await ben.run(1)
    await ben.page.getByLabel('Name?').fill('Ben')
    await ben.press('Shift+Enter')
    await ben.page.getByLabel('Age?').waitFor()
    expect(await ben.cell(2).getAttribute('data-status')).toBe('idle')
    await ben.page.getByLabel('Age?').pressSequentially('4')
    await ana.cell(1).getByRole('button', { name: 'Stop cell' }).click()
    await ghost(ben).getByText('ended before your input was sent').waitFor()
    await typeOn(ben)
    expect(await ghost(ben).getByRole('textbox').inputValue()).toBe('4')
    await expectSources(ben, 'input("Name? ")\ninput("Age? ")', 'below')
    // Python still has its state.
    await ben.until('kernel', 'idle')
  })
})

describe('when the element with the focus is removed', () => {
  test('a comment leaves a ghost after its thread was deleted or resolved, and keys act on no cell', async () => {
    await meet(...letters)
    await ana.into(1)
    await ana.press('Escape', 'Control+Alt+m')
    const field = (person: Person) => person.page.getByRole('textbox', { name: 'Comment', exact: true })
    const thread = (person: Person) => person.page.getByRole('article')
    await field(ana).waitFor()
    for (const end of ['Resolve', 'Delete comment']) {
      await field(ana).first().fill(`before ${end}`)
      await ana.press('Enter')
      if ((await field(ben).count()) === 0) await ben.button('Comments').click()
      await thread(ben).getByRole('textbox', { name: 'Comment', exact: true }).click()
      await ben.page.keyboard.type('my answer')
      await thread(ana).getByRole('button', { name: end }).click()
      await ghost(ben).getByText('was deleted or resolved').waitFor()
      await typeOn(ben)
      expect(await ghost(ben).getByRole('textbox').inputValue()).toBe('my answer')
      await ben.press('Escape')
      await expect.poll(() => ghost(ben).count(), soon).toBe(0)
      await typeOn(ben)
      await expectSources(ben, 'a = 1', 'b = 2', 'c = 3')
      await ana.button('On the notebook').click()
    }
    for (const person of [ana, ben]) await person.button('Comments').click()
    expect(await ben.status.getAttribute('data-kernel')).toBe('off')
  })

  test('keys typed into a field of a cleared output act on no cell', async () => {
    await meet(['code', 'from IPython.display import HTML\nHTML("<input>")'], ['code', 'below'])
    await ben.run(1)
    await ben.cellIs(1, 'done')
    await ben.page.frameLocator('iframe[title="Output of cell 1"]').locator('input').click()
    await ben.page.keyboard.type('abc')
    await ana.cell(1).getByRole('combobox', { name: 'Cell options' }).selectOption('Clear outputs')
    await expect.poll(() => ben.output(1).count(), soon).toBe(0)
    await expect.poll(() => focusOf(ben), soon).toBe('cell 1')
    await typeOn(ben)
    await ben.page.keyboard.type('more')
    expect(await focusOf(ben)).toBe('cell 1')
    await expectSources(ben, 'from IPython.display import HTML\nHTML("<input>")', 'below')
    expect(await ben.cell(1).getAttribute('data-status')).toBe('idle')
    // An arrow key selects a cell again.
    await ben.press('ArrowDown', 'd', 'd')
    await expectSources(ben, 'from IPython.display import HTML\nHTML("<input>")')
  })

  test('the caret stays after the relay lost its log and the whole notebook was replaced', async () => {
    await meet(...letters)
    await ben.type(2, '22')
    await ben.press('ArrowLeft')
    await ben.until('file', 'written')
    await ben.page.locator('nb-notebook').evaluate((list) => (list.dataset['old'] = ''))
    await app.stopRelay()
    await rm(join(app.folder, '.llm-notebook'), { recursive: true })
    await app.startRelay()
    await ben.page.locator('nb-notebook:not([data-old]) nb-cell').nth(2).waitFor()
    await ben.until('sync', 'saved')
    await expect.poll(() => focusOf(ben), soon).toBe('source of cell 2')
    await ben.page.keyboard.type('dd00')
    await expectSources(ben, 'a = 1', 'b = 22dd002', 'c = 3')
  })
})

describe('letters typed in command mode', () => {
  test('do nothing if no cell has the focus, or a panel or menu is open', async () => {
    await meet(...letters)
    const { page } = ben
    // Just opened; then in the header; then outside everything.
    await page.keyboard.type('ddz00bcxv')
    await ben.button('Undo').focus()
    await page.keyboard.type('ddz00bcxv')
    await ben.into(2)
    await ben.press('Escape')
    await page.mouse.click(5, 500)
    await page.keyboard.type('ddz00bcxv')
    await expectSources(ben, 'a = 1', 'b = 2', 'c = 3')
    await ben.cell(2).focus()
    await ben.press('Escape', 'h')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.type('ddzb')
    await ben.press('Escape')
    await expect.poll(() => page.getByRole('dialog', { name: 'Keys' }).count(), soon).toBe(0)
    await expect.poll(() => focusOf(ben), soon).toBe('cell 2')
    for (const panel of ['Variables', 'Files', 'History']) {
      await ben.button(panel).click()
      await page.keyboard.type('ddzb')
      await ben.press('Shift+Enter', 'Alt+Enter')
      await ben.button(panel).click()
    }
    for (const menu of [page.getByRole('menuitem', { name: 'Edit', exact: true }), ben.button('Export')]) {
      await ben.cell(2).focus()
      await menu.click()
      await page.getByRole('menu').waitFor()
      await page.keyboard.type('ddzb')
      await ben.press('Escape')
    }
    await expectSources(ben, 'a = 1', 'b = 2', 'c = 3')
    await ben.press('ArrowDown')
    expect([...ana.complaints, ...ben.complaints]).toEqual([])
  })
})
