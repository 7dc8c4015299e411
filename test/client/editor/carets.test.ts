import { afterEach, expect, test } from 'vitest'
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import '../../../client/style/text.css'
import { PresenceRoom } from '../../../client/document/presence.ts'
import { TextEditor } from '../../../client/editor/assemble.ts'
import { Carets } from '../../../client/editor/carets.ts'
import { settings } from '../../../client/settings/settings.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'
import { sourceAt } from '../../support/sources.ts'
import { until } from '../../support/until.ts'

const ended: (() => void)[] = []
afterEach(() => {
  for (const end of ended.splice(0)) end()
})

const nothing = () => Promise.resolve(null)

const editorBesideCaretAt = async (
  index: number,
): Promise<{
  editor: TextEditor
  text: Y.Text
  presence: PresenceRoom
  moveTo: (index: number) => void
  left: () => number
}> => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(plainNotebook([plainCell('a', 'code', 'second')]), 'doc'))
  const text = sourceAt(doc, 0)
  const presence = new PresenceRoom(doc, { id: 'ana', name: 'Ana', color: '#112233' }, 'kernel-ana')
  const observer = new CellObserver(doc)
  const carets = new Carets(doc, observer, presence)
  const parent = document.createElement('div')
  document.body.append(parent)
  const editor = new TextEditor({
    parent,
    text,
    language: 'python',
    label: 'Source of cell 1',
    hint: '',
    options: settings.editor.initial(),
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
  const ben = new Awareness(new Y.Doc())
  const moveTo = (index: number): void => {
    const at = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index)) as object
    ben.setLocalState({ user: { name: 'Ben', color: '#445566' }, cursor: { anchor: at, head: at } })
    applyAwarenessUpdate(presence.awareness, encodeAwarenessUpdate(ben, [ben.clientID]), 'socket')
  }
  moveTo(index)
  await until(() => parent.querySelector('.nb-caret') !== null)
  ended.push(() => {
    editor.destroy()
    ben.destroy()
    carets.destroy()
    observer.dispose()
    presence.destroy()
    parent.remove()
  })
  const left = (): number => parent.querySelector('.nb-caret')?.getBoundingClientRect().left ?? NaN
  return { editor, text, presence, moveTo, left }
}

test.for([0, 3, 6])('typed text is kept while it moves another person’s caret at %i', async (index) => {
  const { editor, text } = await editorBesideCaretAt(index)
  for (const letter of 'abc') {
    editor.view.dispatch({ changes: { from: 0, insert: letter } })
    editor.view.dispatch({ changes: { from: editor.view.state.doc.length, insert: letter } })
    await Promise.resolve()
  }
  expect(editor.view.state.doc.toString()).toBe('cbasecondabc')
  expect(text.toString()).toBe('cbasecondabc')
})

test('one’s own caret is shared while the editor has focus, however soon focus comes and goes', async () => {
  const { editor, presence } = await editorBesideCaretAt(0)
  const { contentDOM } = editor.view
  contentDOM.focus()
  await until(() => presence.cursor !== null)
  await until(() => editor.view.dom.classList.contains('cm-focused'))
  contentDOM.blur()
  expect(presence.cursor).toBe(null)
  contentDOM.focus()
  await until(() => presence.cursor !== null)
  contentDOM.blur()
  expect(presence.cursor).toBe(null)
})

test('another person’s caret is drawn at its place and moves without changing the text’s DOM', async () => {
  const { editor, moveTo, left } = await editorBesideCaretAt(0)
  const { view } = editor
  /** The caret is two pixels wide. */
  const isAt = (index: number): boolean => Math.abs(left() + 1 - (view.coordsAtPos(index)?.left ?? NaN)) < 1
  await until(() => isAt(0))
  const changes = new MutationObserver(() => undefined)
  changes.observe(view.contentDOM, { subtree: true, childList: true, attributes: true, characterData: true })
  const { state } = view
  for (const index of [3, 6, 1]) {
    moveTo(index)
    await until(() => isAt(index))
  }
  expect(changes.takeRecords()).toEqual([])
  expect(view.state).toBe(state)
  changes.disconnect()
  // Text inserted before the caret moves it along.
  view.dispatch({ changes: { from: 0, insert: 'ab' } })
  await until(() => isAt(3))
})
