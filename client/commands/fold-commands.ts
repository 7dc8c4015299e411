// The commands that collapse and expand sections, sources and outputs, for the table of all commands.
import type { CommandId } from '../keymap/default-keys.ts'
import { foldCode, toggleFolds } from './cells.ts'
import type { Command } from './command.ts'
import { foldAll } from './sections.ts'
import { selectedCells } from './select.ts'

type Foldable = 'source' | 'output'

const selected = (id: CommandId, title: string, what: Foldable): Command => ({
  id,
  title,
  run: (context) => {
    const cells = selectedCells(context)
    if (cells.length > 0) toggleFolds(context, cells, what)
  },
})

const all = (id: CommandId, title: string, what: Foldable, folded: boolean): Command => ({
  id,
  title,
  run: (context) => foldCode(context, what, folded),
})

export const foldCommands: readonly Command[] = [
  { id: 'fold-all', title: 'Collapse all sections', run: (context) => foldAll(context, true) },
  { id: 'unfold-all', title: 'Expand all sections', run: (context) => foldAll(context, false) },
  selected('fold-input', 'Collapse source', 'source'),
  selected('fold-output', 'Collapse output', 'output'),
  all('fold-all-code', 'Collapse all code', 'source', true),
  all('unfold-all-code', 'Expand all code', 'source', false),
  all('fold-all-outputs', 'Collapse all outputs', 'output', true),
  all('unfold-all-outputs', 'Expand all outputs', 'output', false),
]
