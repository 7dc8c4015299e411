// The commands on what models change, for the table of all commands. What they do loads when one is used.
import type { EditorView } from '@codemirror/view'
import { typeAhead } from '../elements/type-ahead.ts'
import type { Command } from './command.ts'
import type { NotebookContext } from './context.ts'
import { later, LaterScript } from './later.ts'
import type * as reviewCommands from './review.ts'

const reviewScript = new LaterScript(() => import('./review.ts'))

const reviewing = (
  action: (review: typeof reviewCommands, context: NotebookContext, text: EditorView | null) => unknown,
) => later(reviewScript, action)

/** What is typed before the field is loaded goes into it. */
const beginEdit = (context: NotebookContext, text: EditorView | null): void => {
  let isLeft = false
  const begin = reviewing((review) => isLeft || review.beginEdit(context, text))
  const field = Promise.resolve(begin(context, text)).then(() => import('../elements/nb-change.ts'))
  void typeAhead(field, {
    onLeave: (_, event) => {
      isLeft = event !== null
      if (isLeft) context.review.begin(null)
      if (event instanceof KeyboardEvent) event.preventDefault()
    },
  })
}

export const reviewTable: readonly Command[] = [
  {
    id: 'edit-with-model',
    title: 'Edit with the model',
    run: beginEdit,
  },
  {
    id: 'next-change',
    title: 'Next change by a model',
    harmless: true,
    run: reviewing((review, context) => void review.goToChange(context, 1)),
  },
  {
    id: 'previous-change',
    title: 'Previous change by a model',
    harmless: true,
    run: reviewing((review, context) => void review.goToChange(context, -1)),
  },
  {
    id: 'keep-change',
    title: 'Keep the change',
    run: reviewing((review, context) => review.keep(context, review.currentChanges(context))),
  },
  {
    id: 'take-back-change',
    title: 'Take the change back',
    run: reviewing((review, context) => review.takeBack(context, review.currentChanges(context))),
  },
  {
    id: 'keep-all-changes',
    title: 'Keep all changes by models',
    run: reviewing((review, context) => review.keep(context, review.allChanges(context))),
  },
  {
    id: 'take-back-all-changes',
    title: 'Take all changes by models back',
    run: reviewing((review, context) => review.takeBack(context, review.allChanges(context))),
  },
]
