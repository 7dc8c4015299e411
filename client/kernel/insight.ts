// Information about the notebook's Python without running a cell: from live objects while the kernel is idle, and
// always from the sources.
import type * as Y from 'yjs'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import type { Kernel } from './kernel.ts'
import type { Completions, Hint } from './answers.ts'

export interface Insight {
  /** `before` is the source up to the caret; `asked`: by key, not while typing. */
  complete(before: string, asked: boolean): Promise<Completions | null>
  /** `before` ends with the word in question. */
  hint(before: string, hover: boolean): Promise<Hint | null>
  /** Why the kernel does not answer now; null if it can. */
  readonly silence: string | null
  /** Names in the notebook's code. */
  names(): ReadonlySet<string>
}

/**
 * Approximate: strings and comments contain no names. One that is not closed ends with its line or text: each character
 * is read once.
 */
const strings = /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#.*/g

const silences = {
  off: 'The kernel has not started: it starts with the first run.',
  starting: 'Kernel starting…',
  busy: 'The kernel is busy.',
  failed: 'The kernel could not start.',
  idle: null,
} as const

export const pythonInsight = (kernel: Kernel, doc: Y.Doc): Insight => ({
  complete: (before, asked) => kernel.ask({ type: 'complete', before, asked }),
  hint: (before, hover) => kernel.ask({ type: 'hint', before, hover }),
  get silence() {
    return silences[kernel.status]
  },
  names() {
    const names = new Set<string>()
    for (const cell of visibleCells(doc)) {
      const head = readHead(doc, cell)
      if (head === undefined || kindNamed(head.kind).language !== 'python') continue
      const source = cellSource(doc, cell)?.toString() ?? ''
      for (const [name] of source.replaceAll(strings, ' ').matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu))
        names.add(name)
    }
    return names
  },
})
