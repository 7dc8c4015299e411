// Prose has the direction of its first letter, for each line.
import { RangeSetBuilder, type Extension } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from '@codemirror/view'

const byContent = Decoration.line({ attributes: { dir: 'auto' } })

const linesInView = ({ state, visibleRanges }: EditorView): DecorationSet => {
  const lines = new RangeSetBuilder<Decoration>()
  for (const { from, to } of visibleRanges)
    for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
      lines.add(line.from, line.from, byContent)
      if (line.to >= to || line.number === state.doc.lines) break
    }
  return lines.finish()
}

class Directions {
  lines: DecorationSet

  constructor(view: EditorView) {
    this.lines = linesInView(view)
  }

  update({ docChanged, viewportChanged, view }: ViewUpdate): void {
    if (docChanged || viewportChanged) this.lines = linesInView(view)
  }
}

export const ownDirections: Extension = [
  EditorView.perLineTextDirection.of(true),
  ViewPlugin.fromClass(Directions, { decorations: ({ lines }) => lines }),
]
