// Shows a widget, either with ipywidgets' front end or, for a single anywidget, without it.

import { bundledSource } from './bundled-library.ts'
import type { Send, ShownWidget } from './message.ts'
import type { LoadLibrary } from './typeset.ts'
import { startWidget, type RunningWidget } from './widget.ts'

/** `library` returns the source of a bundled library, null if the page cannot provide it. */
export type StartControls = (
  widget: ShownWidget,
  place: HTMLElement,
  send: Send,
  library: LoadLibrary,
) => Promise<RunningWidget>

/** Defined by controls.ts. */
declare global {
  interface Window {
    startControls?: StartControls
  }
}

export const showWidget = async (
  widget: ShownWidget,
  place: HTMLElement,
  send: Send,
): Promise<RunningWidget> => {
  if (window.startControls)
    return window.startControls(widget, place, send, (name) => bundledSource(name, send))
  return startWidget(widget.root, widget.models[widget.root] ?? {}, place, send)
}
