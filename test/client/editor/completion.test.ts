// When the completion list opens, and what Tab does until then.
import { moveCompletionSelection, selectedCompletionIndex } from '@codemirror/autocomplete'
import { markdown } from '@codemirror/lang-markdown'
import { python } from '@codemirror/lang-python'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { afterEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import {
  completeWord,
  completion,
  isListing,
  listCompletions,
  moveInList,
} from '../../../client/editor/completion.ts'
import type { Completions } from '../../../client/kernel/answers.ts'
import { soon } from '../../support/soon.ts'

afterEach(() => document.body.replaceChildren())

/** An editor whose requests wait for `answer`. */
const editorIn = (
  language: Extension,
): { view: EditorView; requests: unknown[]; answer: (...labels: string[]) => Promise<void> } => {
  const requests: ((found: Completions) => void)[] = []
  const insight = {
    complete: () => new Promise<Completions>((answer) => requests.push(answer)),
    hint: () => Promise.resolve(null),
    silence: null,
    names: () => new Set<string>(),
  }
  const view = new EditorView({
    parent: document.body,
    state: EditorState.create({
      extensions: [
        language,
        completion(
          insight,
          () => ['$'],
          () => 'a.ipynb',
        ),
      ],
    }),
  })
  const answer = async (...labels: string[]): Promise<void> => {
    requests.at(-1)?.({
      prefix: /\w*$/.exec(view.state.doc.toString())?.[0] ?? '',
      options: labels.map((label) => [label, 'function']),
    })
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
  view.focus()
  return { view, requests, answer }
}

test('an answer that arrives after the editor lost focus opens no list', async () => {
  const { view, requests, answer } = editorIn(python())
  await userEvent.keyboard('p')
  await expect.poll(() => requests.length, soon).toBe(1)
  view.contentDOM.blur()
  await answer('print')
  expect(isListing(view.state)).toBe(false)

  view.focus()
  await userEvent.keyboard('r')
  await expect.poll(() => requests.length, soon).toBe(2)
  await answer('print')
  await expect.poll(() => isListing(view.state), soon).toBe(true)
})

test('Tab before the list arrives accepts its first entry, or else indents, unless typing goes on', async () => {
  const { view, requests, answer } = editorIn(markdown())
  const textIs = (text: string): Promise<void> =>
    expect.poll(() => view.state.doc.toString(), soon).toBe(text)
  const begin = async (text: string, count: number): Promise<void> => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: '' } })
    await userEvent.keyboard(text)
    await expect.poll(() => requests.length, soon).toBe(count)
    expect(completeWord(view)).toBe(true)
    await textIs(text)
  }
  await begin('see $`p', 1)
  await answer('print', 'property')
  await textIs('see $`print')
  await begin('see $`p', 2)
  await answer()
  await textIs('  see $`p')
  await begin('see $`p', 3)
  await userEvent.keyboard(' ')
  await answer('print')
  await textIs('see $`p ')
  // After the closing backtick, nothing is requested.
  await userEvent.keyboard('`')
  expect(completeWord(view)).toBe(false)
})

test('Tab accepts an entry of a list that is being refreshed', async () => {
  const { view, requests, answer } = editorIn(python())
  await userEvent.keyboard('p')
  await expect.poll(() => requests.length, soon).toBe(1)
  await answer('print', 'property')
  await expect.poll(() => isListing(view.state), soon).toBe(true)
  await userEvent.keyboard('.')
  expect(isListing(view.state)).toBe(false)
  expect(completeWord(view)).toBe(true)
  await expect.poll(() => requests.length, soon).toBe(2)
  await answer('first', 'second')
  await expect.poll(() => view.state.doc.toString(), soon).toBe('p.first')
})

test('the arrow keys go through a list that was asked for, not through one that opened while typing', async () => {
  const { view, requests, answer } = editorIn(python())
  const down = moveInList(moveCompletionSelection(true))
  await userEvent.keyboard('p')
  await expect.poll(() => requests.length, soon).toBe(1)
  await answer('print', 'property')
  await expect.poll(() => isListing(view.state), soon).toBe(true)
  expect(down(view)).toBe(false)
  listCompletions(view)
  expect(selectedCompletionIndex(view.state)).toBe(0)
  expect(down(view)).toBe(true)
  expect(selectedCompletionIndex(view.state)).toBe(1)
})

test('a list that is asked for has its first entry selected', async () => {
  const { view, requests, answer } = editorIn(python())
  view.dispatch({ changes: { from: 0, insert: 'p' }, selection: { anchor: 1 } })
  listCompletions(view)
  await expect.poll(() => requests.length, soon).toBe(1)
  await answer('print', 'property')
  await expect.poll(() => selectedCompletionIndex(view.state), soon).toBe(0)
  expect(view.state.doc.toString()).toBe('p')
})
