import { describe, expect, test } from 'vitest'
import { Keyboard } from '../../../client/commands/keyboard.ts'
import { Keymap, refusedKeys, type KeyPlace, type KeyTable } from '../../../client/keymap/keymap.ts'
import { isTyped, normalKeys, spokenKeys, strokeOf, type KeyPress } from '../../../client/keymap/keys.ts'

/** A press of the last key named, such as K in `Ctrl+Shift+K`. */
const press = (names: string, code = ''): KeyPress => {
  const held = names.split('+')
  const key = held.pop() ?? ''
  const [ctrlKey, metaKey] = [held.includes('Ctrl'), held.includes('Cmd')]
  return { key, code, ctrlKey, metaKey, altKey: held.includes('Alt'), shiftKey: held.includes('Shift') }
}

const defaults: KeyTable = {
  delete: { command: ['d d'] },
  down: { command: ['ArrowDown', 'j'] },
  save: { command: ['Mod-s'], edit: ['Mod-s'] },
  run: { command: ['Ctrl-Enter', 'Mod-Enter'], edit: ['Ctrl-Enter', 'Mod-Enter'] },
  complete: { edit: ['Tab'] },
  indent: { edit: ['Tab'] },
  stop: { command: [] },
}
const at = (overrides: KeyTable = {}): Keymap => new Keymap(defaults, overrides, false)

describe('the name of a key press', () => {
  test.each([
    ['d', 'd', 'd'],
    ['Ctrl+s', 'Mod-s', 'Ctrl-s'],
    ['Cmd+s', 's', 'Mod-s'],
    ['Ctrl+Shift+K', 'Mod-Shift-k', 'Ctrl-Shift-k'],
    ['Alt+Shift+ArrowUp', 'Alt-Shift-ArrowUp', 'Alt-Shift-ArrowUp'],
    ['Shift+_', '_', '_'],
    [' ', 'Space', 'Space'],
  ])('%s gives %s, and on a Mac %s', (names, stroke, onMac) => {
    expect(strokeOf(press(names), false)).toBe(stroke)
    expect(strokeOf(press(names), true)).toBe(onMac)
  })

  test('is the Latin letter of the physical key for other scripts, and null for a modifier alone', () => {
    expect(strokeOf(press('Ctrl+ы', 'KeyS'), false)).toBe('Mod-s')
    expect(strokeOf(press('Alt+å', 'KeyA'), true)).toBe('Alt-a')
    // A letter on a digit key keeps its own name.
    expect(strokeOf(press('é', 'Digit2'), false)).toBe('é')
    for (const key of ['Shift', 'Control', 'Dead']) expect(strokeOf(press(key), false)).toBeNull()
    expect([isTyped(press('a')), isTyped(press('Ctrl+a')), isTyped(press('Enter'))]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('is the US character of the physical key for punctuation of other scripts', () => {
    expect(strokeOf(press('Ctrl+ъ', 'BracketRight'), false)).toBe('Mod-]')
    expect(strokeOf(press('Ctrl+Shift+Х', 'BracketLeft'), false)).toBe('Mod-{')
    expect(strokeOf(press('Cmd+б', 'Comma'), true)).toBe('Mod-,')
    // The full stop is where the slash is on a US keyboard.
    expect(strokeOf(press('Ctrl+.', 'Slash'), false)).toBe('Mod-/')
    expect(strokeOf(press('Ctrl+.', 'Period'), false)).toBe('Mod-.')
    expect(strokeOf(press('.', 'Slash'), false)).toBe('.')
    // A Latin letter keeps its own name.
    expect(strokeOf(press('Ctrl+ü', 'BracketLeft'), false)).toBe('Mod-ü')
  })

  test('is none for what Option writes on a Mac, except where a US keyboard has nothing to write', () => {
    const german = [press('Alt+Shift+\\', 'Digit7'), press('Alt+[', 'Digit5'), press('Alt+@', 'KeyL')]
    const polish = [press('Alt+ł', 'KeyL'), press('Alt+ą', 'KeyA'), press('Alt+Shift+Ą', 'KeyA')]
    for (const typed of [...german, ...polish, press('Alt+ŵ', 'KeyW')])
      expect(strokeOf(typed, true)).toBeNull()
    expect(strokeOf(press('Alt+\\', 'Backslash'), false)).toBe('Alt-\\')
    expect(strokeOf(press('Alt+¬', 'KeyL'), true)).toBe('Alt-l')
    expect(strokeOf(press('Alt+«', 'Backslash'), true)).toBe('Alt-\\')
    expect(strokeOf(press('Alt+‘', 'BracketRight'), true)).toBe('Alt-]')
    expect(strokeOf(press('Alt+Shift+Ï', 'KeyF'), true)).toBe('Alt-Shift-f')
    expect(strokeOf(press('Cmd+Alt+µ', 'KeyM'), true)).toBe('Mod-Alt-m')
  })

  test('is the same for every spelling, and is displayed as on the keyboard', () => {
    expect(normalKeys('Shift-Ctrl-K', false)).toBe('Mod-Shift-k')
    expect(normalKeys('Ctrl-Shift--', true)).toBe('Ctrl-Shift--')
    for (const none of ['', 'Mod-', 'd  d', 'Hyper-x', 'two']) expect(normalKeys(none, false)).toBeNull()
    expect(spokenKeys('Mod-Shift-ArrowUp', false)).toBe('Ctrl+Shift+↑')
    expect(spokenKeys('Mod--', true)).toBe('Cmd+-')
    expect(spokenKeys('d d', false)).toBe('D D')
    expect(spokenKeys('Ctrl-_', true)).toBe('Ctrl+Shift+-')
  })
})

describe('a keymap', () => {
  test('lists the commands of a key and the keys of a command, each once', () => {
    expect(at().commandsOn('d d', 'command')).toEqual(['delete'])
    expect(at().commandsOn('Tab', 'edit')).toEqual(['complete', 'indent'])
    expect(at().commandsOn('d d', 'edit')).toEqual([])
    expect(at().keysOf('run', 'edit')).toEqual(['Mod-Enter'])
    expect(new Keymap(defaults, {}, true).keysOf('run', 'edit')).toEqual(['Ctrl-Enter', 'Mod-Enter'])
    expect(at().placesOf('save')).toEqual(['command', 'edit'])
    expect([at().begunBy('d', 'command'), at().begunBy('j', 'command')]).toEqual([['delete'], []])
  })

  test('gives a chosen key to that command alone, and returns it on reset', () => {
    const chosen = at(at().withKeys('stop', 'command', ['j']))
    expect(chosen.commandsOn('j', 'command')).toEqual(['stop'])
    expect(chosen.keysOf('down', 'command')).toEqual(['ArrowDown'])
    expect([chosen.isOverridden('stop', 'command'), chosen.isOverridden('down', 'command')]).toEqual([
      true,
      false,
    ])
    const again = at(chosen.reset('stop', 'command'))
    expect(again.overrides).toEqual({})
    expect(again.keysOf('down', 'command')).toEqual(['ArrowDown', 'j'])
  })

  test('also takes a key from a command whose keys were chosen', () => {
    const first = at(at().withKeys('save', 'command', ['q', 'w']))
    const second = at(first.withKeys('delete', 'command', ['q']))
    expect(second.keysOf('save', 'command')).toEqual(['w'])
    expect(second.keysOf('save', 'edit')).toEqual(['Mod-s'])
    // A reset is like choosing the default.
    const third = at(at(second.withKeys('down', 'command', ['d d'])).reset('delete', 'command'))
    expect(third.keysOf('delete', 'command')).toEqual(['d d'])
    expect(third.keysOf('down', 'command')).toEqual([])
  })

  test('removes a key that begins a newly chosen one, or that is begun by it', () => {
    const map = at(at().withKeys('stop', 'command', ['d']))
    expect(map.keysOf('delete', 'command')).toEqual([])
    expect(map.begunBy('d', 'command')).toEqual([])
    expect(at(at().withKeys('stop', 'command', ['j k'])).keysOf('down', 'command')).toEqual(['ArrowDown'])
  })

  test('leaves a key to both commands that share it by default', () => {
    const map = at(at().withKeys('complete', 'edit', ['Tab', 'Alt-/']))
    expect(map.commandsOn('Tab', 'edit')).toEqual(['complete', 'indent'])
    expect(map.conflicts('complete', 'edit', 'Tab')).toEqual([])
  })

  test('reports equal, longer and shorter conflicting keys, within one mode', () => {
    expect(at().conflicts('stop', 'command', 'j')).toEqual([{ command: 'down', keys: 'j', type: 'same' }])
    expect(at().conflicts('stop', 'command', 'd')).toEqual([
      { command: 'delete', keys: 'd d', type: 'continues' },
    ])
    expect(at().conflicts('stop', 'command', 'j j')).toEqual([{ command: 'down', keys: 'j', type: 'begins' }])
    expect(at().conflicts('stop', 'edit', 'j')).toEqual([])
    expect(at().conflicts('down', 'command', 'j')).toEqual([])
  })

  test('ignores unknown commands but keeps them, and accepts keys written for another platform', () => {
    const map = at({ tomorrow: { command: ['j'] }, stop: { command: ['Ctrl-q', '??'] } })
    expect(map.commandsOn('j', 'command')).toEqual(['down'])
    expect(map.commandsOn('Mod-q', 'command')).toEqual(['stop'])
    // They are kept for a version that knows them.
    expect(map.withKeys('stop', 'command', [])).toMatchObject({ tomorrow: { command: ['j'] } })
  })

  test('refuses keys that type text in edit mode', () => {
    const refused = (keys: string, place: KeyPlace) => refusedKeys(keys, place) !== null
    expect(['a', 'Shift-a', 'Enter', 'Space', '- x'].map((keys) => refused(keys, 'edit'))).toEqual(
      Array.from({ length: 5 }, () => true),
    )
    expect(['Mod-a', 'Alt--', 'F9', 'Tab', 'Escape'].map((keys) => refused(keys, 'edit'))).toEqual(
      Array.from({ length: 5 }, () => false),
    )
    expect(refused('a', 'command')).toBe(false)
  })
})

describe('the keyboard', () => {
  const strike = (keymap: Keymap, forbidden = '') => {
    const keyboard = new Keyboard(() => keymap)
    const done: string[] = []
    let now = 0
    return {
      done,
      on: (
        names: string,
        after = 1,
        places: readonly KeyPlace[] = ['command'],
        declining = '',
        keyCode = 0,
      ): boolean => {
        now += after
        const event = { ...press(names), timeStamp: now, isComposing: false, keyCode, repeat: false }
        return keyboard.press(
          Object.assign(event, { preventDefault: () => undefined }) as unknown as KeyboardEvent,
          places,
          {
            may: (id) => id !== forbidden,
            run: (id) => {
              if (id === declining) return false
              done.push(id)
              return true
            },
          },
        )
      },
    }
  }

  test('waits briefly for the second key of a sequence, and forgets the first after another key', () => {
    const { done, on } = strike(at())
    expect([on('d'), on('d')]).toEqual([true, true])
    expect(done.splice(0)).toEqual(['delete'])
    on('d')
    on('d', 2_000)
    expect(done.splice(0)).toEqual([])
    on('d')
    expect(done.splice(0)).toEqual(['delete'])
    for (const key of ['d', 'j', 'd']) on(key)
    expect(done.splice(0)).toEqual(['down'])
  })

  test('begins no sequence of a command that is not allowed', () => {
    const { done, on } = strike(at(), 'delete')
    expect([on('d'), on('d'), on('j')]).toEqual([false, false, true])
    expect(done).toEqual(['down'])
  })

  test('leaves the Enter that ends a composition to the input method, also after its end, as in Safari', () => {
    const { done, on } = strike(at())
    expect(on('Ctrl+Enter', 1, ['edit'], '', 229)).toBe(false)
    expect(done).toEqual([])
  })

  test('tries the next command when one declines, and leaves unused keys alone', () => {
    const { done, on } = strike(at())
    expect(on('Tab', 1, ['edit'], 'complete')).toBe(true)
    expect(done).toEqual(['indent'])
    expect([on('Tab'), on('q'), on('Shift')]).toEqual([false, false, false])
  })

  test('uses the first place that knows the key and has a command that applies', () => {
    const map = new Keymap({ close: { completions: ['Escape'] }, leave: { edit: ['Escape', 'Mod-m'] } }, {})
    const { done, on } = strike(map)
    expect(on('Escape', 1, ['completions', 'edit'])).toBe(true)
    expect(done.splice(0)).toEqual(['close'])
    expect(on('Escape', 1, ['completions', 'edit'], 'close')).toBe(true)
    expect(done.splice(0)).toEqual(['leave'])
    on('Ctrl+m', 1, ['completions', 'edit'])
    expect(done).toEqual(['leave'])
  })
})
