// Names of keys. `Mod` is Cmd on a Mac and Ctrl elsewhere, `Ctrl` is always Ctrl; the strokes of a sequence are
// separated by a space: `Mod-Shift-ArrowUp`, `d d`.

export type Keys = string

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

export const onMac = typeof navigator === 'object' && /Mac|iPhone|iPad/.test(navigator.platform)

const modifiers = ['Mod', 'Ctrl', 'Alt', 'Shift'] as const
const strokeForm = /^((?:(?:Mod|Ctrl|Alt|Shift)-)*)(\S|[A-Z][A-Za-z0-9]*)$/

/** In the order Mod, Ctrl, Alt, Shift; null for an invalid name. */
export const normalKeys = (keys: string, mac = onMac): Keys | null => {
  const strokes = keys.split(' ').map((stroke) => {
    const [, before = '', key = ''] = strokeForm.exec(stroke) ?? []
    const modifiersDown = before.split('-').map((name) => (name === 'Ctrl' && !mac ? 'Mod' : name))
    if (key === '') return null
    return [
      ...modifiers.filter((name) => modifiersDown.includes(name)),
      key.length === 1 ? key.toLowerCase() : key,
    ].join('-')
  })
  return strokes.includes(null) ? null : strokes.join(' ')
}

/** What punctuation keys type on a US keyboard, without Shift and with it. */
const punctuation: Readonly<Record<string, string>> = {
  Backquote: '`~',
  Minus: '-_',
  Equal: '=+',
  BracketLeft: '[{',
  BracketRight: ']}',
  Backslash: '\\|',
  Semicolon: ';:',
  Quote: '\'"',
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
}

/**
 * For letters of other scripts, and with Alt on a Mac, the character of the physical key: Ctrl+S saves on a Russian
 * keyboard too, and Ctrl+] indents.
 */
const plainKey = ({ key, code, altKey, ctrlKey, metaKey, shiftKey }: KeyPress): string => {
  if (key === ' ') return 'Space'
  if (key.length !== 1) return key
  // Russian, Turkish and other keyboards have the full stop there, and Ctrl+/ toggles comments on them in other editors.
  if (code === 'Slash' && (ctrlKey || metaKey) && (key === '.' || (key === ',' && shiftKey)))
    return key === '.' ? '/' : '?'
  const [, letter, digit] = /^(?:Key([A-Z])|Digit(\d))$/.exec(code) ?? []
  const isForeign = key > '~'
  if (isForeign && letter !== undefined) return letter.toLowerCase()
  if (isForeign && altKey) return digit ?? punctuation[code]?.[0] ?? key.toLowerCase()
  const isLetterOfOtherScript = isForeign && /\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key)
  if (isLetterOfOtherScript) return punctuation[code]?.[shiftKey ? 1 : 0] ?? key.toLowerCase()
  return key.toLowerCase()
}

/** What Option and a letter type on a US keyboard, where nobody writes with it. */
const optionLetters = 'åçƒøœßµπΩæªºıÅÇÎÏÓÔÒÂØŒÍÚÆÁ'

/**
 * On a Mac, Option is how other keyboards write: `\` and `[` on a German one, ł on a Polish one. A command there would
 * leave no way to type the character.
 */
const isWrittenWithOption = ({ key, altKey, ctrlKey, metaKey }: KeyPress): boolean => {
  if (!altKey || ctrlKey || metaKey || key.length !== 1) return false
  return key > '~' ? /[\p{Ll}\p{Lu}]/u.test(key) && !optionLetters.includes(key) : /[^\sA-Za-z0-9]/.test(key)
}

/** The name of a key press; null for a modifier alone, and for what can only be text. */
export const strokeOf = (press: KeyPress, mac = onMac): Keys | null => {
  if (['Shift', 'Control', 'Alt', 'Meta', 'Dead', 'Process', 'Unidentified'].includes(press.key)) return null
  if (mac && isWrittenWithOption(press)) return null
  const key = plainKey(press)
  const modifiersDown = [
    (mac ? press.metaKey : press.ctrlKey) && 'Mod',
    mac && press.ctrlKey && 'Ctrl',
    press.altKey && 'Alt',
    // For a punctuation character, Shift only selects it.
    press.shiftKey && (key.length !== 1 || /[a-z]/.test(key)) && 'Shift',
  ]
  return [...modifiersDown.filter((name) => name !== false), key].join('-')
}

/** Whether an input method takes a press. In Safari, the Enter that ends a composition comes after its end. */
export const isForInputMethod = ({ isComposing, keyCode }: KeyboardEvent): boolean =>
  isComposing || keyCode === 229

/** Whether a press types a character, without a chord. */
export const isTyped = ({ key, ctrlKey, metaKey, altKey }: KeyPress): boolean =>
  key.length === 1 && !ctrlKey && !metaKey && !altKey

/** Whether a press would change a text. */
export const changesText = (press: KeyPress): boolean =>
  isTyped(press) || ['Enter', 'Backspace', 'Delete'].includes(press.key)

const names: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  // As on most keyboards.
  _: 'Shift+-',
}

/** As printed on the keys, with spaces between strokes. */
export const spokenKeys = (keys: Keys, mac = onMac): string =>
  keys
    .split(' ')
    .map((stroke) => {
      const [, before = '', key = ''] = strokeForm.exec(stroke) ?? []
      const modifiersDown = before
        .split('-')
        .filter((name) => name !== '')
        .map((name) => (name === 'Mod' ? (mac ? 'Cmd' : 'Ctrl') : name))
      return [...modifiersDown, names[key] ?? (key.length === 1 ? key.toUpperCase() : key)].join('+')
    })
    .join(' ')
