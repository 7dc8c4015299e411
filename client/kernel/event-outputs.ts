// Outputs that are not a cell's, in nbformat: those in ipywidgets' Output, and of code that ran apart.
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { displayLeaf, errorLeaf } from '../../shared/notebook/output/output.ts'
import { Terminal } from '../../shared/notebook/output/terminal.ts'
import type { KernelEvent } from './protocol.ts'

const isStream = (output: Leaf | undefined, name: string): output is { readonly text: Leaf } =>
  typeof output === 'object' &&
  output !== null &&
  'name' in output &&
  output.name === name &&
  'text' in output

/** For the last stream. */
const terminals = new WeakMap<object, Terminal>()

/** Where the end of a flood begins in the text of an output. */
const endStarts = new WeakMap<object, number>()

/** With what the event adds; null for one that is no output. */
export const withEvent = (outputs: readonly Leaf[], event: KernelEvent): readonly Leaf[] | null => {
  switch (event.type) {
    case 'stream': {
      const { name, text } = event
      const last = outputs.at(-1)
      const [others, before] = isStream(last, name)
        ? [outputs.slice(0, -1), String(last.text)]
        : [outputs, '']
      const terminal = (isStream(last, name) && terminals.get(last)) || new Terminal()
      const { remove, insert } = terminal.write(text)
      const output = { output_type: 'stream', name, text: before.slice(0, before.length - remove) + insert }
      terminals.set(output, terminal)
      return [...others, output]
    }
    case 'stream-end': {
      const { name, text } = event
      const last = outputs.at(-1)
      const [before, head] = isStream(last, name)
        ? [outputs.slice(0, -1), String(last.text).slice(0, endStarts.get(last))]
        : [outputs, '']
      const output = { output_type: 'stream', name, text: head + text }
      endStarts.set(output, head.length)
      return [...before, output]
    }
    case 'display':
    case 'result':
      return [...outputs, displayLeaf(event.data, event.metadata)]
    case 'error':
      return [...outputs, errorLeaf(event.ename, event.evalue, event.traceback)]
    case 'clear':
      return []
    case 'update-display':
    case 'input':
    case 'comm':
    case 'packages':
    case 'next-input':
    case 'open':
      return null
    default:
      return event satisfies never
  }
}
