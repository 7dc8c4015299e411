import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { newCell, cellId, type Cell, type Notebook } from '../../../shared/notebook/notebook.ts'
import { kindNames } from '../../support/kind-names.ts'
import { allKinds } from '../../support/all-kinds.ts'
import { isThere, read, reasonOf, shared, sharedBytes, withoutIds, words, written } from './notebooks.ts'

/** Writes .py, reads it back, compares, and writes it again: the second .py equals the first. */
const expectKept = (notebook: Notebook): string => {
  const text = written('py', notebook)
  const back = read('a.py', text)
  expect(withoutIds(words(back))).toEqual(withoutIds(words(notebook)))
  expect(written('py', back)).toBe(text)
  expect(withoutIds(words(read('b.ipynb', written('ipynb', back))))).toEqual(withoutIds(words(notebook)))
  return text
}

const cellsOf = (text: string): (readonly [string, string])[] =>
  read('a.py', text).cells.map(({ kind, source }) => [kind, source])

describe('export to .py and import', () => {
  test('keeps metadata of JupyterLab extensions the way Jupytext writes it', () => {
    const mark =
      '# %% @deathbeds/jupyterlab-fonts={"styles": {"a b": 1}} jupyterlab-slideshow={"layer": "slide"}'
    const notebook = read('a.py', `${mark}\nx`)
    expect(notebook.cells[0]?.meta).toEqual({
      '@deathbeds/jupyterlab-fonts': { styles: { 'a b': 1 } },
      'jupyterlab-slideshow': { layer: 'slide' },
    })
    expect(expectKept(notebook)).toContain(mark)
  })

  test('lists the packages once, as PEP 723 inline metadata', () => {
    const fresh = newNotebook()
    const packages = [
      { name: 'plotly', version: '6.0.1' },
      { name: 'rich', version: '14.3.3' },
    ]
    const kept = packages.map((each) => ({
      ...each,
      file: 'a-1-py3-none-any.whl',
      sha256: null,
      path: '/pypi/a',
    }))
    const meta = { ...fresh.meta, llm_notebook_packages: kept }
    const cell = newCell('code', 'import plotly', cellId('c'))
    const text = written('py', { ...fresh, meta, cells: [cell] })
    expect(text).toContain(`# ---

# /// script
# dependencies = [
#   "plotly==6.0.1",
#   "rich==14.3.3",
# ]
# ///

# %%
import plotly
`)
    const back = read('a.py', text)
    expect(back.cells.map(({ source }) => source)).toEqual(['import plotly'])
    expect(back.meta['llm_notebook_packages']).toEqual(packages)
    expect(written('py', back)).toBe(text)

    // A block that a person wrote stays as it is, and no second one is added.
    const own = '# /// script\n# requires-python = ">=3.12"\n# dependencies = ["rich>13"]\n# ///\nimport rich'
    expect(cellsOf(own)).toEqual([['code', own]])
    const other = written('py', { ...fresh, meta, cells: [newCell('code', own, cellId('d'))] })
    expect(other.match(/^# \/\/\/ script$/gm)).toHaveLength(1)
    expect(other).not.toContain('plotly')
  })

  test('writes the same text as Jupytext', () => {
    const note = newCell('note', '# Title\n\nwords', cellId('n'))
    const tagged = {
      ...newCell('code', '%matplotlib inline\nx = 1\n\n!ls', cellId('c')),
      meta: {
        tags: ['a'],
        title: 'Load',
        collapsed: true,
        scrolled: false,
        execution: { 'iopub.status.busy': '2026-01-01T00:00:00Z' },
        time_run: '2026-01-01T00:00:00+00:00',
      },
    }
    const defines = newCell('code', 'def f():\n    return 1', cellId('d'))
    const words = newCell('code', 'x = !ls \\\n  -la\nf?\nls data\n# why?\nf()', cellId('w'))
    const shell = newCell('code', '%%bash -e\necho 1', cellId('s'))
    const raw = { ...newCell('raw', 'raw', cellId('r')), meta: { format: 'text/html' } }
    const fresh = newNotebook()
    const meta = {
      ...fresh.meta,
      widgets: { 'application/vnd.jupyter.widget-state+json': { state: { a: {} } } },
      toc: { base_numbering: 1 },
      jupytext: { executable: '/usr/bin/env python', encoding: '# -*- coding: utf-8 -*-' },
    }
    // Except for the line with Jupytext's version, which we do not write.
    expect(expectKept({ ...fresh, meta, cells: [note, tagged, defines, words, shell, raw] }))
      .toBe(`#!/usr/bin/env python
# -*- coding: utf-8 -*-
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Title
#
# words

# %% Load tags=["a"]
# %matplotlib inline
x = 1

# !ls

# %%
def f():
    return 1


# %%
# x = !ls \\
#   -la
# f?
# ls data
# # why?
f()

# %% language="bash" magic_args="-e"
# echo 1

# %% [raw] format="text/html"
# raw
`)
  })

  test('keeps prompt and reply, and the line that separates them for Solveit', () => {
    const cell: Cell = {
      ...newCell('prompt', 'What?', cellId('p')),
      result: {
        run: null,
        count: null,
        status: 'done',
        outputs: [],
        reply: 'It is\n\n```python\n# %% this\n```',
        thinking: 'hm "so"\n]}',
        calls: [{ name: 'f' }],
      },
    }
    const text = expectKept({ ...newNotebook(), cells: [cell, newCell('prompt', 'And?', cellId('q'))] })
    expect(text).toContain('# %% [markdown] llm_notebook=')
    expect(text).toContain('# What?\n#\n# ##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->\n#\n# It is\n')
    const [back] = read('a.py', text).cells
    expect(back?.result).toEqual(cell.result)
  })

  test('writes no comment of a Mermaid diagram that Jupytext would take for a cell', () => {
    const source = '```mermaid\nstateDiagram\n    %% indented\n%% not\n  \\%% escaped\n```'
    const text = expectKept({ ...newNotebook(), cells: [newCell('note', source, cellId('n'))] })
    expect(text.match(/^[ \t]*#[ \t]*%%.*/gm)).toEqual(['# %% [markdown]'])
    expect(cellsOf('# %% [markdown]\n#     %% as Jupytext writes it')).toEqual([
      ['note', '    %% as Jupytext writes it'],
    ])
  })

  test('reads scripts written by hand or by Jupytext', () => {
    expect(cellsOf('import os\n\n\nprint(os)\n')).toEqual([['code', 'import os\n\n\nprint(os)']])
    expect(
      cellsOf(
        '#!/usr/bin/env python\n"""doc"""\n\n#%%\nx = 1\n\n\n# %% A title [markdown]\n# Words\n# ## more\n\n# %% [markdown]\n"""\nin *quotes*\n"""\n\n# %% [prompt]\n# Why?\n# %%\n# %time x\n  # !ls\n',
      ),
    ).toEqual([
      ['code', '#!/usr/bin/env python\n"""doc"""'],
      ['code', 'x = 1'],
      ['note', 'Words\n## more'],
      ['note', 'in *quotes*'],
      ['prompt', 'Why?'],
      ['code', '%time x\n  !ls'],
    ])
    expect(cellsOf('\ufeff# %%\r\nx\r\n# %% [md]\r\n# y\r\n')).toEqual([
      ['code', 'x'],
      ['note', 'y'],
    ])
    const jupytext = read(
      'a.py',

      "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n#     text_representation:\n#       extension: .py\n#       format_name: percent\n#       format_version: '1.3'\n#       jupytext_version: 1.16.4\n#   kernelspec:\n#     display_name: R\n#     language: R\n#     name: ir\n# ---\n\n# %%\n1\n",
    )
    expect(jupytext.meta).toEqual({
      jupytext: { formats: 'ipynb,py:percent' },
      kernelspec: { display_name: 'R', language: 'R', name: 'ir' },
    })
    expect(cellsOf('# ---\n# title: mine\n# ---\n# %%\n1')).toEqual([
      ['raw', '---\ntitle: mine\n---'],
      ['code', '1'],
    ])
  })

  test('gives a cell with a repeated or invalid id an id of its own', () => {
    const cells = read('a.py', '# %% cell_id="a"\n1\n# %% cell_id="a"\n1\n# %% cell_id="no id!"\n1').cells
    expect(cells[0]?.id).toBe('a')
    expect(new Set(cells.map(({ id }) => id)).size).toBe(3)
  })

  test('refuses what is not a script with a reason', () => {
    expect(reasonOf('a.py', new Uint8Array([0xff, 0xfe, 0]))).toBe('a.py: not UTF-8 text')
    expect(reasonOf('a.py', 'x\0')).toMatch(/null characters/)
    expect(reasonOf('a.py', ' \n')).toMatch(/empty/)
    expect(reasonOf('a.py', 'x = 1\n<<<<<<< HEAD\n')).toMatch(/line 2: merge-conflict/)
  })

  test('keeps a notebook with all kinds of cells', () => {
    expectKept(read('a.ipynb', allKinds()))
  })

  test.runIf(isThere).each(shared)('keeps %s', (name) => {
    expectKept(read('a.ipynb', sharedBytes(name)))
  })
})

// fast-check prints the seed of a failure.
const pieces = ['a', ' ', '  ', '\n', '\n\n', '#', '# ', '%', '%%', '# %%', '#%%', '%%bash', '!ls', '?x', '"""', "'''", '"', "'", '\\', '`', '\u2028', '\f', '🤖', '\u{10f000}', '---', '[markdown]', '{', '=', '##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->', '##### Reply<!-- ~SOLVEIT_SEPARATOR_7f3a9b2c -->'] // prettier-ignore
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' })
const meta = fc.dictionary(
  fc.oneof(fc.constantFrom('tags', 'title', '10', 'a b', '__proto__', 'k-y', '$json'), fc.string()),
  json,
  { maxKeys: 3 },
)
const cell = fc.record({
  kind: fc.constantFrom(...kindNames),
  source: text,
  reply: fc.option(text),
  meta,
  id: fc.string(),
})

test('any notebook survives .py and back (random notebooks)', () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 4 }), meta, (cells, notebookMeta) => {
      const file = {
        cells: cells.map(({ kind, source, reply, meta, id }) => ({
          cell_type: kind === 'code' ? 'code' : kind === 'raw' ? 'raw' : 'markdown',
          id,
          metadata: kind === 'prompt' ? { ...meta, solveit_ai: true } : meta,
          source:
            kind === 'prompt' && reply !== null
              ? `${source}\n\n##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->\n\n${reply}`
              : source,
          ...(kind === 'code' ? { outputs: [], execution_count: null } : {}),
        })),
        metadata: notebookMeta,
        nbformat: 4,
        nbformat_minor: 5,
      }
      expectKept(read('a.ipynb', JSON.stringify(file)))
    }),
    { numRuns: 400 },
  )
})
