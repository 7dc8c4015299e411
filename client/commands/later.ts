import type { EditorView } from '@codemirror/view'
import { reasonOf } from '../document/database.ts'
import type { NotebookContext } from './context.ts'

/** A script that loads with its first use, if not earlier. What uses it afterwards runs at once, before the next key. */
export class LaterScript<Module> {
  private module: Module | null = null

  constructor(private readonly fetch: () => Promise<Module>) {}

  readonly load = async (): Promise<Module> => (this.module = await this.fetch())

  use({ showError }: Pick<NotebookContext, 'showError'>, action: (module: Module) => unknown): unknown {
    if (this.module !== null) return action(this.module)
    return this.load().then(
      (module) => void action(module),
      (error: unknown) => showError(`That could not be loaded: ${reasonOf(error)}`),
    )
  }
}

/** A command of such a script. */
export const later =
  <Module>(
    script: LaterScript<Module>,
    action: (module: Module, context: NotebookContext, text: EditorView | null) => unknown,
  ) =>
  (context: NotebookContext, text: EditorView | null): unknown =>
    script.use(context, (module) => action(module, context, text))
