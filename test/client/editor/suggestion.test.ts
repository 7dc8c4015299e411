// When a model’s suggestion is requested and shown, and when it is not.
import { autocompletion, completionStatus, startCompletion } from '@codemirror/autocomplete'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { afterEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import {
  acceptSuggestion,
  askForSuggestion,
  isSuggesting,
  suggestions,
  suggests,
  type Place,
} from '../../../client/editor/suggestion.ts'
import { soon } from '../../support/soon.ts'

afterEach(() => document.body.replaceChildren())

/** A model whose answers are given by the test. */
class Model {
  readonly requests: {
    readonly place: Place
    readonly signal: AbortSignal
    readonly say: (text: string) => void
  }[] = []
  readonly view: EditorView

  constructor(doc: string, extensions: Extension = []) {
    this.view = new EditorView({
      parent: document.body,
      state: EditorState.create({
        doc,
        selection: { anchor: doc.length },
        extensions: [
          suggestions,
          suggests((place, signal) => new Promise((say) => this.requests.push({ place, signal, say }))),
          extensions,
        ],
      }),
    })
    this.view.focus()
  }

  /** Waits until this many requests were made. */
  async times(count: number): Promise<void> {
    await expect.poll(() => this.requests.length, soon).toBe(count)
  }

  async answers(text: string): Promise<void> {
    this.requests.at(-1)?.say(text)
    await Promise.resolve()
  }

  get shown(): string | undefined {
    return this.view.dom.querySelector('.nb-suggestion')?.textContent
  }
}

test('a pause in typing requests a suggestion; typing on cancels it or, if it matches, shrinks it', async () => {
  const model = new Model('def f():')
  // In one step: a slow machine would pause between keys.
  document.execCommand('insertText', false, 'abc')
  await model.times(1)
  expect(model.requests[0]?.place).toEqual({ before: 'def f():abc', after: '', not: [] })
  // Typing before it arrives cancels it, and it is never shown.
  await userEvent.keyboard('d')
  expect(model.requests[0]?.signal.aborted).toBe(true)
  await model.answers('too late')
  expect(model.shown).toBeUndefined()
  await model.times(2)
  await model.answers('efg')
  await expect.poll(() => model.shown, soon).toBe('efg')
  await userEvent.keyboard('e')
  expect(model.shown).toBe('fg')
  expect(acceptSuggestion(model.view)).toBe(true)
  expect(model.view.state.doc.toString()).toBe('def f():abcdefg')
  expect(model.requests).toHaveLength(2)
  // Typing something else hides it, and so does moving the caret.
  askForSuggestion(model.view)
  await model.answers('xyz')
  await expect.poll(() => model.shown, soon).toBe('xyz')
  await userEvent.keyboard('q')
  expect(model.shown).toBeUndefined()
  await model.times(4)
  await model.answers('r')
  await expect.poll(() => model.shown, soon).toBe('r')
  await userEvent.keyboard('{ArrowLeft}')
  expect(model.shown).toBeUndefined()
})

test('no suggestion appears in a composition, beside a completion list, without focus or read-only', async () => {
  const composing = new Model('a')
  askForSuggestion(composing.view)
  composing.view.contentDOM.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
  await composing.answers('b')
  expect(isSuggesting(composing.view.state)).toBe(false)
  expect(askForSuggestion(composing.view)).toBe(true)
  expect(composing.requests).toHaveLength(1)

  const listing = new Model(
    'wor',
    autocompletion({ override: [() => ({ from: 0, options: [{ label: 'word' }] })] }),
  )
  askForSuggestion(listing.view)
  startCompletion(listing.view)
  await expect.poll(() => completionStatus(listing.view.state), soon).toBe('active')
  await listing.answers('ld')
  expect(isSuggesting(listing.view.state)).toBe(false)

  const left = new Model('a')
  askForSuggestion(left.view)
  left.view.contentDOM.blur()
  await left.answers('b')
  expect(isSuggesting(left.view.state)).toBe(false)

  const readOnly = new Model('a', EditorState.readOnly.of(true))
  askForSuggestion(readOnly.view)
  expect(readOnly.requests).toEqual([])
})
