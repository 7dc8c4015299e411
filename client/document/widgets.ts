// The widgets of an open notebook, for the outputs that show them.
import type * as Y from 'yjs'
import {
  moveWidget,
  observeWidgets,
  sendToWidget,
  shownModels,
  shownState,
} from '../../shared/notebook/widgets.ts'
import { type WidgetDoor } from '../output/widget.ts'

export const widgetDoor = (doc: Y.Doc): WidgetDoor => ({
  state: (id) => shownState(doc, id),
  models: (root) => shownModels(doc, root),
  move: (id, changes) => moveWidget(doc, id, changes),
  send: (id, content, buffers) => sendToWidget(doc, id, { to: 'kernel', content, buffers }, 'widget'),
  observe: (listener) => observeWidgets(doc, listener),
})
