// Which cells are rendered and get an editor, and in which order.
import { afterEach, expect, test } from 'vitest'
import { Bands } from '../../../client/editor/bands.ts'
import { Mounting } from '../../../client/editor/mounting.ts'
import { soon } from '../../support/soon.ts'

const height = 300
const list = document.createElement('div')
const mounting = new Mounting()

afterEach(() => {
  mounting.destroy()
  list.remove()
})

test('cells in the viewport are rendered first; those around it follow once editors are mounted', async () => {
  const events: string[] = []
  const rows = Array.from({ length: 30 }, (_, i) => {
    const row = document.createElement('div')
    row.style.height = `${height}px`
    let mounted = false
    mounting.addText({
      element: row,
      get mounted() {
        return mounted
      },
      held: false,
      mount: () => {
        mounted = true
        events.push(`editor ${i}`)
      },
      unmount: () => undefined,
    })
    return row
  })
  document.body.append(list)
  const bands = new Bands(list)
  bands.arrange(rows)
  mounting.watch(bands, (row, near) => {
    if (near) events.push(`near ${rows.findIndex((each) => each === row)}`)
  })
  const inWindow = Math.ceil((innerHeight - list.getBoundingClientRect().top) / height)
  await expect.poll(() => events, soon).toContain(`near ${inWindow + 2}`)
  const firstEditor = events.findIndex((event) => event.startsWith('editor'))
  expect(events.slice(0, firstEditor)).toContain('near 0')
  expect(events.slice(0, firstEditor)).not.toContain(`near ${inWindow + 2}`)
  expect(events).toContain(`editor ${inWindow - 1}`)
  expect(events).not.toContain('near 29')
})
