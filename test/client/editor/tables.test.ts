// Tables in notes are aligned and navigated without counting pipes.
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { afterEach, describe, expect, it } from 'vitest'
import type { Language } from '../../../client/editor/colours.ts'
import { languageSupport } from '../../../client/editor/language.ts'
import { alignTable, nextTableCell, previousTableCell } from '../../../client/editor/tables.ts'

/** `‸` is the caret. */
const editor = (text: string, language: Language = 'markdown'): EditorView => {
  const at = text.indexOf('‸')
  return new EditorView({
    parent: document.body,
    state: EditorState.create({
      doc: text.replace('‸', ''),
      selection: { anchor: at },
      extensions: languageSupport(language),
    }),
  })
}
const textOf = (view: EditorView): string => view.state.doc.toString()
const selected = (view: EditorView): string => {
  const { from, to } = view.state.selection.main
  return view.state.sliceDoc(from, to)
}

afterEach(() => document.body.replaceChildren())

describe('a Markdown table', () => {
  it('is aligned by its column markers, and the caret stays in its cell', () => {
    const view = editor('before\n\n|a|long name|\n|:-:|--:|\n|x‸ \\| y|1|\n| z |\n\nafter')
    expect(alignTable(view)).toBe(true)
    expect(textOf(view)).toBe(
      [
        'before',
        '',
        '| a      | long name |',
        '| :----: | --------: |',
        '| x \\| y |         1 |',
        '| z      |           |',
        '',
        'after',
      ].join('\n'),
    )
    expect(selected(view)).toBe('x \\| y')
    expect(alignTable(view)).toBe(true)
  })

  it('is navigated cell by cell, skipping the rule, and grows by a row at the end', () => {
    const view = editor('a‸ | b\n--|--\n1 | 2')
    const seen: string[] = []
    for (let n = 0; n < 3; n++) {
      expect(nextTableCell(view)).toBe(true)
      seen.push(selected(view))
    }
    expect(seen).toEqual(['b', '1', '2'])
    expect(nextTableCell(view)).toBe(true)
    expect(textOf(view)).toBe('| a   | b   |\n| --- | --- |\n| 1   | 2   |\n|     |     |')
    view.dispatch(view.state.replaceSelection('3'))
    expect(textOf(view)).toContain('\n| 3')
    for (const cell of ['2', '1', 'b', 'a']) {
      expect(previousTableCell(view)).toBe(true)
      expect(selected(view)).toBe(cell)
    }
    expect(previousTableCell(view)).toBe(false)
  })

  it.each([
    ['in code', 'a‸ | b\n--|--', 'python' as const],
    ['without a rule', 'a‸ | b\nc | d', 'markdown' as const],
    ['in plain text', 'a‸', 'markdown' as const],
  ])('is not recognized %s', (_name, text, language) => {
    const view = editor(text, language)
    expect([nextTableCell(view), previousTableCell(view), alignTable(view)]).toEqual([false, false, false])
    expect(textOf(view)).toBe(text.replace('‸', ''))
  })
})
