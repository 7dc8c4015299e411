import { changesText, isForInputMethod } from '../keymap/keys.ts'
import { EarlyField, whenComposed } from './early-field.ts'

/** Kept until it can go where the focus will be; keys with other uses, such as F5, are not. */
const isKept = (event: KeyboardEvent): boolean =>
  changesText(event) || /^(Tab|Home|End|Arrow.*)$/.test(event.key)

/** The browser's default action for a key. */
const act = (element: HTMLElement, { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
  const isField = element instanceof HTMLInputElement
  if (ctrlKey || metaKey || altKey) return
  if (element.matches('button, a')) {
    if (key === 'Enter') element.click()
  } else if (key.length === 1) document.execCommand('insertText', false, key)
  else if (key === 'Backspace') document.execCommand('delete')
  else if (key === 'Delete') document.execCommand('forwardDelete')
  else if (key === 'Enter' && isField && !shiftKey) element.form?.requestSubmit()
  else if (key === 'Enter' && !isField) document.execCommand('insertLineBreak')
}

/** A key, or a text from an input method or a keyboard on the screen. */
type Typed = KeyboardEvent | string

/** Each goes to where the previous one put the focus. */
const pressAgain = async (all: readonly Typed[]): Promise<void> => {
  for (const event of all) {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLElement)) return
    if (typeof event === 'string') document.execCommand('insertText', false, event)
    else if (activeElement.dispatchEvent(new KeyboardEvent(event.type, event))) act(activeElement, event)
    // An editor reads afterwards what has changed in its element.
    await Promise.resolve()
  }
}

const textOf = (all: readonly Typed[]): string =>
  all.reduce<string>((text, typed) => {
    if (typeof typed === 'string') return text + typed
    const { key } = typed
    if (key === 'Backspace') return text.slice(0, -1)
    return key === 'Enter' ? `${text}\n` : key.length === 1 ? text + key : text
  }, '')

export interface Leaving {
  /** Called if Escape, a press elsewhere or a failure ends the wait. `typed` went nowhere. */
  readonly onLeave: (typed: string, event: Event | null) => void
  /** Once something was typed, Escape is a key like the others. */
  readonly keepsText?: true
  /** Can be written in meanwhile, for input methods: keys alone do not tell what they write. */
  readonly writable?: HTMLElement
}

/**
 * Keys typed until `focused` resolves go to the element that has the focus by then. Otherwise the first letters would be
 * commands or go into another text, and Enter would be lost.
 */
export const typeAhead = async (
  focused: Promise<unknown>,
  { onLeave, keepsText, writable }: Leaving,
): Promise<void> => {
  const before = document.activeElement
  const early = writable === undefined ? new EarlyField() : null
  const field = writable ?? early?.element
  const keys: Typed[] = []
  let composing = false
  const listening = new AbortController()
  const leave = (event: Event | null): void => {
    listening.abort()
    // A press moves the focus itself.
    early?.remove(!(event instanceof PointerEvent))
    onLeave(textOf(keys.splice(0)), event)
  }
  const take = (event: KeyboardEvent): void => {
    if (isForInputMethod(event) || event.key === 'Process' || event.key === 'Unidentified') return
    const isKey = event.key !== 'Escape' || (keepsText === true && keys.length > 0)
    if (!isKey) return leave(event)
    if (event.key !== 'Escape' && !isKept(event)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    keys.push(event)
  }
  const options = { capture: true, signal: listening.signal }
  addEventListener('keydown', take, options)
  const compose = (event: CompositionEvent): void => {
    composing = event.type !== 'compositionend'
    if (!composing && event.data !== '') keys.push(event.data)
  }
  field?.addEventListener('compositionstart', compose, options)
  field?.addEventListener('compositionend', compose, options)
  field?.addEventListener(
    'beforeinput',
    (event) => {
      if (event.inputType === 'insertCompositionText') return
      event.preventDefault()
      if (event.data !== null) keys.push(event.data)
    },
    options,
  )
  // A press ends a composition, after it.
  const press = (event: Event): void => {
    if (composing) field?.addEventListener('compositionend', () => leave(event), { once: true })
    else leave(event)
  }
  addEventListener('pointerdown', press, options)
  const isThere = await focused.then(
    () => true,
    () => false,
  )
  if (early !== null) await whenComposed()
  // What is inside an element is rendered after it, in the same turn.
  await new Promise((resolve) => setTimeout(resolve))
  if (listening.signal.aborted) return
  if (!isThere || document.activeElement === before || early?.hasFocus === true) return leave(null)
  listening.abort()
  early?.remove(false)
  await pressAgain(keys)
}
