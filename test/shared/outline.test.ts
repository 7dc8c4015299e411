import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { importNotebook } from '../../shared/notebook/document/import.ts'
import { outlineOf } from '../../shared/notebook/document/outline.ts'
import { plainCell, plainNotebook } from '../support/replicas.ts'

test('the outline has the headings of notes with their places, but none of code or fenced blocks', () => {
  const doc = new Y.Doc()
  const cells = [
    plainCell('a', 'note', 'Top\n===\ntext\n\n## A **bold** `name` [link](x) ##\n```\n# no\n```\n---\n### '),
    plainCell('h', 'note', '<h2 align="center">In <b>HTML</b></h2>\n`<h3>no</h3>`'),
    plainCell('b', 'code', '# a comment'),
    plainCell('c', 'note', '#tag\n- item\n---\nSub\n---\n# <span style="x">Tagged</span> `a<b>`'),
  ]
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  expect(outlineOf(doc).map(({ level, text, at }) => [level, text, at])).toEqual([
    [1, 'Top', 0],
    [2, 'A bold name link', 14],
    [3, '', 65],
    [2, 'In HTML', 0],
    [2, 'Sub', 16],
    [1, 'Tagged a<b>', 24],
  ])
})

test('a heading has the characters that are escaped in it, as other programs write them', () => {
  const doc = new Y.Doc()
  const cells = [plainCell('a', 'note', '## 1\\. Start \\[2\\], \\*x\\* and **b** \\(c\\)')]
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  expect(outlineOf(doc).map(({ text }) => text)).toEqual(['1. Start [2], *x* and b \\(c\\)'])
})

test('formulas of headings keep their source', () => {
  const doc = new Y.Doc()
  const cells = [plainCell('a', 'note', '# The *mean* $a_1 * b_2 * c$ and __x__')]
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  expect(outlineOf(doc).map(({ text }) => text)).toEqual(['The mean $a_1 * b_2 * c$ and x'])
})
