// See test/shared/long-lines.test.ts: what the page parses in texts that anybody may have written.
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { pythonInsight } from '../../client/kernel/insight.ts'
import type { Kernel } from '../../client/kernel/kernel.ts'
import { accessibleName } from '../../client/output/diagram.ts'
import { newNotebook } from '../../shared/ipynb/fresh.ts'
import { newCell } from '../../shared/notebook/notebook.ts'
import { importNotebook } from '../../shared/notebook/document/import.ts'

const million = 1_000_000

test('names in code are found despite millions of characters of unclosed strings', () => {
  for (const endless of [
    `"${'\\"'.repeat(million)}`,
    `'${"\\'".repeat(million)}`,
    '"""\'\'\''.repeat(million / 5),
  ]) {
    const doc = new Y.Doc()
    const cells = [newCell('code', `first = 1\n${endless}`), newCell('code', 'last = "hidden" # and this')]
    Y.applyUpdate(doc, importNotebook({ ...newNotebook(), cells }, 'doc'))
    const names = pythonInsight({} as Kernel, doc).names()
    expect(names).toContain('first')
    expect(names).toContain('last')
    expect(names).not.toContain('hidden')
  }
})

test('the title of a diagram is found despite millions of blank characters', () => {
  expect(accessibleName(`graph TD${'\n'.repeat(million)}title${'\t'.repeat(million)}\n\ttitle: Trees`)).toBe(
    'Trees',
  )
  expect(accessibleName('accTitle Trees grow')).toBe('Trees grow')
})
