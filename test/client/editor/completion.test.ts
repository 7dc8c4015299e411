// When the list of completions opens.
import { python } from '@codemirror/lang-python'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { afterEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { completion, isListing } from '../../../client/editor/completion.ts'
import type { Completions } from '../../../client/kernel/answers.ts'
import { soon } from '../../support/soon.ts'

afterEach(() => document.body.replaceChildren())

test('an answer that comes when the editor has lost the focus opens nothing', async () => {
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
        python(),
        completion(
          insight,
          () => [],
          () => 'a.ipynb',
        ),
      ],
    }),
  })
  const answer = async (prefix: string): Promise<void> => {
    requests.at(-1)?.({ prefix, options: [['print', 'function']] })
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
  view.focus()
  await userEvent.keyboard('p')
  await expect.poll(() => requests.length, soon).toBe(1)
  view.contentDOM.blur()
  await answer('p')
  expect(isListing(view.state)).toBe(false)

  view.focus()
  await userEvent.keyboard('r')
  await expect.poll(() => requests.length, soon).toBe(2)
  await answer('pr')
  await expect.poll(() => isListing(view.state), soon).toBe(true)
})
