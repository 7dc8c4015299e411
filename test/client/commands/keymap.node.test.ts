import { describe, expect, test } from 'vitest'
import { Keyboard } from '../../../client/commands/keyboard.ts'
import { Keymap, refusedKeys, type KeyPlace, type KeyTable } from '../../../client/keymap/keymap.ts'
import { isTyped, normalKeys, spokenKeys, strokeOf, type KeyPress } from '../../../client/keymap/keys.ts'

/** `Ctrl+Shift+K`: a press of the key named last. */
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

describe('a key press', () => {
  test.each([
    ['d', 'd', 'd'],
    ['Ctrl+s', 'Mod-s', 'Ctrl-s'],
    ['Cmd+s', 's', 'Mod-s'],
    ['Ctrl+Shift+K', 'Mod-Shift-k', 'Ctrl-Shift-k'],
    ['Alt+Shift+ArrowUp', 'Alt-Shift-ArrowUp', 'Alt-Shift-ArrowUp'],
    ['Shift+_', '_', '_'],
    [' ', 'Space', 'Space'],
  ])('%s is named %s, on a Mac %s', (names, stroke, onMac) => {
    expect(strokeOf(press(names), false)).toBe(stroke)
    expect(strokeOf(press(names), true)).toBe(onMac)
  })

  test('is the letter of the physical key for other scripts; a modifier alone has no name', () => {
    expect(strokeOf(press('Ctrl+ы', 'KeyS'), false)).toBe('Mod-s')
    expect(strokeOf(press('Alt+å', 'KeyA'), true)).toBe('Alt-a')
    // What stands on the key of a digit is a letter of its own.
    expect(strokeOf(press('é', 'Digit2'), false)).toBe('é')
    for (const key of ['Shift', 'Control', 'Dead']) expect(strokeOf(press(key), false)).toBeNull()
    expect([isTyped(press('a')), isTyped(press('Ctrl+a')), isTyped(press('Enter'))]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('has one name, however it is written, and is shown as on the keyboard', () => {
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
  test('says what a key does and which keys a command has, each once', () => {
    expect(at().commandsOn('d d', 'command')).toEqual(['delete'])
    expect(at().commandsOn('Tab', 'edit')).toEqual(['complete', 'indent'])
    expect(at().commandsOn('d d', 'edit')).toEqual([])
    expect(at().keysOf('run', 'edit')).toEqual(['Mod-Enter'])
    expect(new Keymap(defaults, {}, true).keysOf('run', 'edit')).toEqual(['Ctrl-Enter', 'Mod-Enter'])
    expect(at().placesOf('save')).toEqual(['command', 'edit'])
    expect([at().begunBy('d', 'command'), at().begunBy('j', 'command')]).toEqual([['delete'], []])
  })

  test('gives a key that was chosen to that command alone, and back when it is reset', () => {
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

  test('takes a key from a command whose keys were chosen, too', () => {
    const first = at(at().withKeys('save', 'command', ['q', 'w']))
    const second = at(first.withKeys('delete', 'command', ['q']))
    expect(second.keysOf('save', 'command')).toEqual(['w'])
    expect(second.keysOf('save', 'edit')).toEqual(['Mod-s'])
    // Resetting is choosing the default.
    const third = at(at(second.withKeys('down', 'command', ['d d'])).reset('delete', 'command'))
    expect(third.keysOf('delete', 'command')).toEqual(['d d'])
    expect(third.keysOf('down', 'command')).toEqual([])
  })

  test('leaves no sequence that cannot be reached', () => {
    const map = at(at().withKeys('stop', 'command', ['d']))
    expect(map.keysOf('delete', 'command')).toEqual([])
    expect(map.begunBy('d', 'command')).toEqual([])
    expect(at(at().withKeys('stop', 'command', ['j k'])).keysOf('down', 'command')).toEqual(['ArrowDown'])
  })

  test('keeps a key for both where two share it by default', () => {
    const map = at(at().withKeys('complete', 'edit', ['Tab', 'Alt-/']))
    expect(map.commandsOn('Tab', 'edit')).toEqual(['complete', 'indent'])
    expect(map.conflicts('complete', 'edit', 'Tab')).toEqual([])
  })

  test('tells conflicts, in the place they are in', () => {
    expect(at().conflicts('stop', 'command', 'j')).toEqual([{ command: 'down', keys: 'j', type: 'same' }])
    expect(at().conflicts('stop', 'command', 'd')).toEqual([
      { command: 'delete', keys: 'd d', type: 'continues' },
    ])
    expect(at().conflicts('stop', 'command', 'j j')).toEqual([{ command: 'down', keys: 'j', type: 'begins' }])
    expect(at().conflicts('stop', 'edit', 'j')).toEqual([])
    expect(at().conflicts('down', 'command', 'j')).toEqual([])
  })

  test('ignores commands it does not know, and keys that were written for another machine', () => {
    const map = at({ tomorrow: { command: ['j'] }, stop: { command: ['Ctrl-q', '??'] } })
    expect(map.commandsOn('j', 'command')).toEqual(['down'])
    expect(map.commandsOn('Mod-q', 'command')).toEqual(['stop'])
    // Not lost for the version that does.
    expect(map.withKeys('stop', 'command', [])).toMatchObject({ tomorrow: { command: ['j'] } })
  })

  test('refuses in a text what writes', () => {
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
      on: (names: string, after = 1, places: readonly KeyPlace[] = ['command'], declining = ''): boolean => {
        now += after
        const event = { ...press(names), timeStamp: now, isComposing: false, repeat: false }
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

  test('waits a moment for the second key of a sequence, and forgets the first behind another', () => {
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

  test('begins no sequence of a command that may not be carried out', () => {
    const { done, on } = strike(at(), 'delete')
    expect([on('d'), on('d'), on('j')]).toEqual([false, false, true])
    expect(done).toEqual(['down'])
  })

  test('asks the next command where one does not apply, and leaves a key that none takes', () => {
    const { done, on } = strike(at())
    expect(on('Tab', 1, ['edit'], 'complete')).toBe(true)
    expect(done).toEqual(['indent'])
    expect([on('Tab'), on('q'), on('Shift')]).toEqual([false, false, false])
  })

  test('looks in the first place that knows the key, and there alone', () => {
    const map = new Keymap({ close: { completions: ['Escape'] }, leave: { edit: ['Escape', 'Mod-m'] } }, {})
    const { done, on } = strike(map)
    expect(on('Escape', 1, ['completions', 'edit'], 'close')).toBe(false)
    on('Ctrl+m', 1, ['completions', 'edit'])
    expect(done).toEqual(['leave'])
  })
})
