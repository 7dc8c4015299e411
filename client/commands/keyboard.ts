// From key presses to commands of the table.
import { type NotebookContext } from './context.ts'
import { commands, type Command, type Keys } from './table.ts'
import { type Mode } from './selection.ts'

export const onMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** Milliseconds within which the second key of a sequence must come. */
const sequencePause = 1_000

/** The name of a key press as the table has it, modifiers in the order Mod, Ctrl, Alt, Shift. */
export const keyName = (event: KeyboardEvent): Keys => {
  const mod = onMac ? event.metaKey : event.ctrlKey
  const ctrl = onMac && event.ctrlKey
  const letter = event.key.length === 1
  const key = letter ? event.key.toLowerCase() : event.key
  const shift = event.shiftKey && (!letter || /[a-z]/.test(key))
  return `${mod ? 'Mod-' : ''}${ctrl ? 'Ctrl-' : ''}${event.altKey ? 'Alt-' : ''}${shift ? 'Shift-' : ''}${key}`
}

export class Keyboard {
  private readonly tables: Readonly<Record<Mode, ReadonlyMap<Keys, Command>>>
  private pending = ''
  private pendingAt = 0

  constructor() {
    const table = (mode: Mode): Map<Keys, Command> =>
      new Map(
        commands.flatMap((command) => (command.keys[mode] ?? []).map((keys) => [keys, command] as const)),
      )
    this.tables = { command: table('command'), edit: table('edit') }
  }

  /** Carries out what the key asks for in this mode; whether it was taken. */
  press(event: KeyboardEvent, mode: Mode, context: NotebookContext): boolean {
    if (event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return false
    const table = this.tables[mode]
    const name = keyName(event)
    const first = event.timeStamp - this.pendingAt < sequencePause ? this.pending : ''
    this.pending = ''
    const command = (first === '' ? undefined : table.get(`${first} ${name}`)) ?? table.get(name)
    if (command === undefined) {
      const begins = [...table.keys()].some((keys) => keys.startsWith(`${name} `))
      if (begins && !event.repeat) {
        this.pending = name
        this.pendingAt = event.timeStamp
      }
      return begins
    }
    event.preventDefault()
    command.run(context)
    return true
  }
}
