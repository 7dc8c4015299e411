// From key presses to the keymap's commands.
import type { Keymap, KeyPlace } from '../keymap/keymap.ts'
import { isForInputMethod, strokeOf, type Keys } from '../keymap/keys.ts'

/** Milliseconds within which the next key of a sequence must follow. */
export const sequencePause = 1_000

export interface KeyTarget {
  /** Whether the command is allowed here at all. */
  readonly may: (id: string) => boolean
  /** False: it does not apply. */
  readonly run: (id: string) => boolean
}

export class Keyboard {
  private pending = ''
  private pendingAt = 0

  constructor(private readonly keymap: () => Keymap) {}

  /** Runs the command for this key in the first of `places` that has one. Returns whether the key was handled. */
  press(event: KeyboardEvent, places: readonly KeyPlace[], { may, run }: KeyTarget): boolean {
    const stroke = isForInputMethod(event) ? null : strokeOf(event)
    if (stroke === null) return false
    const first = event.timeStamp - this.pendingAt < sequencePause ? this.pending : ''
    this.pending = ''
    for (const place of places) {
      const found = this.commandsOn(first, stroke, place).filter(may)
      if (found.length > 0) {
        // What does not apply here leaves the key to the next place.
        if (!found.some(run)) continue
        event.preventDefault()
        return true
      }
      if (!this.keymap().begunBy(stroke, place).some(may)) continue
      if (!event.repeat) {
        this.pending = stroke
        this.pendingAt = event.timeStamp
      }
      return true
    }
    return false
  }

  private commandsOn(first: Keys, stroke: Keys, place: KeyPlace): readonly string[] {
    const keymap = this.keymap()
    const continued = first === '' ? [] : keymap.commandsOn(`${first} ${stroke}`, place)
    return continued.length > 0 ? continued : keymap.commandsOn(stroke, place)
  }
}
