// Editor settings: the static text of a cell looks like its editor, so that mounting moves nothing.
import { indentUnit } from '@codemirror/language'
import { afterEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import * as Y from 'yjs'
import '../../../client/style/tokens.css'
import '../../../client/style/base.css'
import '../../../client/style/text.css'
import { PresenceRoom } from '../../../client/document/presence.ts'
import { TextEditor } from '../../../client/editor/assemble.ts'
import { Carets } from '../../../client/editor/carets.ts'
import { renderStatic } from '../../../client/editor/static.ts'
import { keepLook } from '../../../client/settings/look.ts'
import { settings, type EditorOptions } from '../../../client/settings/settings.ts'
import { SettingsStore } from '../../../client/settings/store.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'
import { sourceAt } from '../../support/sources.ts'

const ended: (() => void)[] = []
afterEach(() => {
  for (const end of ended.splice(0)) end()
})

const nothing = () => Promise.resolve(null)

/** Static text and an editor of the same source, one below the other, in the page’s own styles. */
const both = (source: string) => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(plainNotebook([plainCell('a', 'code', source)]), 'doc'))
  const text = sourceAt(doc, 0)
  const presence = new PresenceRoom(doc, { id: 'ana', name: 'Ana', color: '#112233' }, 'kernel-ana')
  const observer = new CellObserver(doc)
  const carets = new Carets(doc, observer, presence)
  const [above, below] = [document.createElement('nb-source'), document.createElement('nb-source')]
  const picture = document.createElement('pre')
  picture.className = 'nb-picture'
  above.append(picture)
  for (const host of [above, below]) {
    host.style.cssText = 'display: block; position: relative; width: 300px'
    document.body.append(host)
  }
  const store = new SettingsStore({ read: () => null, write: () => undefined, listen: () => undefined })
  keepLook(store)
  const editor = new TextEditor({
    parent: below,
    text,
    language: 'python',
    label: 'Source of cell 1',
    hint: '',
    options: store.get('editor'),
    writable: true,
    undo: new Undo(doc),
    carets,
    comments: { in: () => [], on: () => () => undefined },
    insight: { complete: nothing, hint: nothing, silence: null, names: () => new Set() },
    here: () => 'a.ipynb',
    arrowsLeave: false,
    onKey: () => false,
    onFocus: () => undefined,
  })
  ended.push(() => {
    editor.destroy()
    carets.destroy()
    observer.dispose()
    presence.destroy()
    above.remove()
    below.remove()
  })
  const choose = (change: Partial<EditorOptions>): void => {
    store.set('editor', { ...settings.editor.initial(), ...change })
    const options = store.get('editor')
    for (const host of [above, below]) host.toggleAttribute('data-no-wrap', !options.wordWrap)
    editor.configure('python', options)
    const { lineNumbers } = options
    renderStatic(picture, text.toString(), {
      language: 'python',
      highlight: true,
      carets: [],
      commented: [],
      errorLine: null,
      lineNumbers,
    })
  }
  return { editor, picture, text, choose }
}

/** Where a character is, relative to the corner of `root`. */
const placeOf = (root: Element, letter: string): { x: number; y: number; height: number } => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const at = (node.nodeValue ?? '').indexOf(letter)
    if (at < 0) continue
    const range = document.createRange()
    range.setStart(node, at)
    range.setEnd(node, at + 1)
    const [box, corner] = [range.getBoundingClientRect(), root.getBoundingClientRect()]
    return { x: box.left - corner.left, y: box.top - corner.top, height: root.getBoundingClientRect().height }
  }
  throw new Error(`no ${letter} there`)
}

test('line numbers, font size and wrapping are the same in the static text and in the editor', async () => {
  const lines = Array.from({ length: 11 }, (_, i) => `x${i} = ${i}`)
  const long = `long = "${'word '.repeat(20)}Q"`
  const { editor, picture, text, choose } = both([...lines, long, '    Z = 1'].join('\n'))
  const root = editor.view.dom
  for (const change of [
    {},
    { lineNumbers: true },
    { lineNumbers: true, fontSize: 20 as const },
    { lineNumbers: true, wordWrap: false },
    { wordWrap: false, fontSize: 11 as const },
  ]) {
    choose(change)
    await new Promise(requestAnimationFrame)
    for (const letter of ['Q', 'Z']) {
      const [drawn, edited] = [placeOf(picture, letter), placeOf(root, letter)]
      for (const side of ['x', 'y', 'height'] as const)
        expect(
          Math.abs(drawn[side] - edited[side]),
          `${side} of ${letter}, ${JSON.stringify(change)}`,
        ).toBeLessThan(1)
    }
    // Line numbers are not part of the text.
    expect(picture.textContent).toBe(text.toString())
    const numbers = [...picture.querySelectorAll<HTMLElement>('.nb-line-number')]
    const shown = 'lineNumbers' in change
    expect(numbers.map(({ dataset }) => Number(dataset['line']))).toEqual(
      shown ? Array.from({ length: 13 }, (_, i) => i + 1) : [],
    )
    const last = root.querySelector('.cm-lineNumbers .cm-gutterElement:last-child')
    expect(last?.textContent).toBe(shown ? '13' : undefined)
    if (shown && last !== null) {
      const drawn = numbers.at(-1)?.getBoundingClientRect()
      const y = (box: DOMRect | undefined, of: Element): number =>
        (box?.top ?? NaN) - of.getBoundingClientRect().top
      expect(Math.abs(y(drawn, picture) - y(last.getBoundingClientRect(), root))).toBeLessThan(1)
    }
  }
})

test('closing brackets and the indentation unit follow the settings', async () => {
  const { editor, choose } = both('')
  const { view } = editor
  const type = async (typed: string): Promise<string> => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length } })
    view.focus()
    await userEvent.keyboard(typed)
    return view.state.doc.toString()
  }
  choose({})
  expect(await type('f(')).toBe('f()')
  choose({ autoCloseBrackets: false, indent: 2 })
  expect(await type('f(')).toBe('f(')
  expect(view.state.facet(indentUnit)).toBe('  ')
  choose({ indent: 'tab' })
  expect(view.state.facet(indentUnit)).toBe('\t')
})

test('a text that is indented goes on with the tabs or spaces it has', async () => {
  const { editor, choose } = both('')
  const { view } = editor
  /** Behind what is typed at the end of the text, on a new line. */
  const on = async (source: string, typed: string): Promise<string> => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source } })
    view.dispatch({ selection: { anchor: source.length } })
    view.focus()
    await userEvent.keyboard(`{Enter}${typed}`)
    return view.state.doc.toString().slice(source.length)
  }
  choose({ indent: 4 })
  expect(await on('def f():\n\tif True:\n\t\ta = 1', 'b')).toBe('\n\t\tb')
  expect(await on('\n\nif a:\n\tif b:', 'c')).toBe('\n\t\tc')
  // Only a continued line is indented further.
  expect(await on('call(a,\n          b)\nif c:', 'd')).toBe('\n    d')
  choose({ indent: 'tab' })
  expect(await on('if a:\n  if b:', 'c')).toBe('\n    c')
  expect(await on('if a:', 'b')).toBe('\n\tb')
})
