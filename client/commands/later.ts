import type { EditorView } from '@codemirror/view'
import { reasonOf } from '../document/database.ts'
import type { NotebookContext } from './context.ts'

/** A command whose script loads with its first use, if not earlier. */
export const later =
  <Module>(
    load: () => Promise<Module>,
    action: (module: Module, context: NotebookContext, text: EditorView | null) => unknown,
  ) =>
  (context: NotebookContext, text: EditorView | null): Promise<void> =>
    load().then(
      (module) => void action(module, context, text),
      (error: unknown) => context.showError(`That could not be loaded: ${reasonOf(error)}`),
    )
