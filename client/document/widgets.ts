// The widgets of an open notebook, for the outputs that show them.
import {
  updateWidget,
  observeWidgets,
  sendToWidget,
  shownModels,
  shownState,
} from '../../shared/notebook/document/widgets.ts'
import type { DocumentWidgets } from '../output/widget.ts'
import type { OpenNotebook } from './open.ts'

/** A person who may not write changes a widget only locally. */
export const documentWidgets = (notebook: Pick<OpenNotebook, 'doc' | 'runnable'>): DocumentWidgets => {
  const { doc } = notebook
  return {
    state: (id) => shownState(doc, id),
    models: (root) => shownModels(doc, root),
    update: (id, changes) => {
      if (notebook.runnable) updateWidget(doc, id, changes)
    },
    send: (id, content, buffers) => {
      if (notebook.runnable) sendToWidget(doc, id, { to: 'kernel', content, buffers }, 'widget')
    },
    observe: (listener) => observeWidgets(doc, listener),
  }
}
