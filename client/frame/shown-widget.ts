// The one of the two that shows a widget: an anywidget that stands alone needs nothing but itself, all others ipywidgets'
// own front ends.

import { librarySource } from './known.ts'
import type { FromFrame, LibraryName, ShownWidget } from './message.ts'
import { startWidget, type RunningWidget } from './widget.ts'

type Tell = (message: FromFrame) => void
/** `library` gives the source of one of ours. */
export type StartControls = (
  widget: ShownWidget,
  place: HTMLElement,
  tell: Tell,
  library: (name: LibraryName) => Promise<string | null>,
) => Promise<RunningWidget>

/** What controls.ts leaves in the window. */
declare global {
  interface Window {
    startControls?: StartControls
  }
}

export async function showWidget(
  widget: ShownWidget,
  place: HTMLElement,
  tell: Tell,
): Promise<RunningWidget> {
  if (window.startControls)
    return window.startControls(widget, place, tell, (name) => librarySource(name, tell))
  return startWidget(widget.root, widget.models[widget.root] ?? {}, place, tell)
}
