// The widgets of an open notebook, for the outputs that show them.
import type * as Y from 'yjs'
import { moveWidget, observeWidgets, readWidget, sendToWidget } from '../../shared/notebook/widgets.ts'
import { type WidgetDoor } from '../output/widget.ts'

export const widgetDoor = (doc: Y.Doc): WidgetDoor => ({
  state: (id) => readWidget(doc, id)?.state ?? null,
  move: (id, changes) => moveWidget(doc, id, changes),
  send: (id, content, buffers) => sendToWidget(doc, id, { to: 'kernel', content, buffers }, 'widget'),
  observe: (id, listener) =>
    observeWidgets(doc, (change) => {
      if (change.id === id) listener(change)
    }),
})
