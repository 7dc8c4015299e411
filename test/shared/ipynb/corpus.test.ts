import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { readExtra, toExtra } from '../../../shared/ipynb/extra.ts'
import { newCell, type Notebook, type Result } from '../../../shared/notebook/notebook.ts'
import { kindNames } from '../../support/kind-names.ts'
import { parsed, throughDocument } from './files.ts'

const folder = fileURLToPath(new URL('../../../../shared/ipynb/', import.meta.url))
const isThere = existsSync(folder + 'MANIFEST.tsv')
if (!isThere) console.log('left out: the notebooks of ../shared/ipynb are not here')

const rows = isThere
  ? readFileSync(folder + 'MANIFEST.tsv', 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map(([name = '', , , , , version = '', status = '', cells = '']) => ({
        name,
        version,
        status,
        cells: Number(cells),
      }))
  : []
const readable = rows.filter(({ status }) => status !== 'unreadable')
const unreadable = rows.filter(({ status }) => status === 'unreadable')

/** Ids that are missing or repeated in the file are not kept. */
const withNewIds = (notebook: Notebook): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) => {
    const { id: _, ...extra } = readExtra(cell.extra)
    return { ...cell, extra: toExtra(extra) }
  }),
})

describe.runIf(isThere)('the collected notebooks', () => {
  test('are all present', () => {
    expect(rows).toHaveLength(49)
    expect(unreadable).not.toHaveLength(0)
  })

  test.each(readable)(
    '$name has its cells, and is written back byte for byte unless it is nbformat 3',
    ({ name, version, cells }) => {
      const bytes = readFileSync(folder + name)
      const read = parseNotebook(new Uint8Array(bytes))
      if (!read.ok) throw new Error(read.reason)
      expect(read.notebook.cells).toHaveLength(cells)
      const document = throughDocument(read.notebook)
      if (version.startsWith('3')) {
        expect(read.notebook.format).toMatchObject({ nbformat: 4, minor: 5 })
        return
      }
      expect(`${read.notebook.format.nbformat}.${read.notebook.format.minor}`).toBe(version)
      expect(Buffer.from(formatNotebook(read.notebook)).equals(bytes)).toBe(true)
      expect(Buffer.from(formatNotebook(document)).equals(bytes)).toBe(true)
    },
  )

  test.each(unreadable)('$name is refused with a reason', ({ name }) => {
    const read = parseNotebook(new Uint8Array(readFileSync(folder + name)))
    expect(read).toEqual({ ok: false, reason: expect.stringMatching(/./) as string })
  })
})

describe.runIf(isThere)('a written file is valid against the schema of nbformat 4.5', () => {
  const schema = isThere
    ? (JSON.parse(readFileSync(folder + 'nbformat.v4.5.schema.json', 'utf8')) as object)
    : {}
  // The schema is of draft 4: what differs there (`id`, `$schema`) is not used for validation.
  const { $schema: _, ...rules } = schema as { readonly $schema?: string }
  const validate = new Ajv({ strict: false }).compile(rules)
  const expectValid = (text: string) => {
    validate(JSON.parse(text))
    expect(validate.errors ?? []).toEqual([])
  }

  test('for a new notebook with every kind of cell, run or changed in kind', () => {
    const result: Result = {
      run: { id: 'r', by: 'b', executor: 'e', startedAt: 0, endedAt: null, count: null, sourceDigest: '' },
      count: null,
      status: 'running',
      outputs: [{ live: true, stream: { output_type: 'stream', name: 'stderr', text: 'a\nb' } }],
      reply: 'reply',
      thinking: 'thinking',
      calls: [{ name: 'f' }],
    }
    const cells = kindNames.flatMap((kind) => [newCell(kind, 'a\nb'), { ...newCell(kind, 'a\nb'), result }])
    const notebook: Notebook = { ...newNotebook(), cells }
    expectValid(formatNotebook(notebook))
    expectValid(formatNotebook(throughDocument(notebook)))
    expectValid(formatNotebook(newNotebook()))
  })

  test.each(readable.filter(({ version }) => version === '4.5'))('for $name with new ids', ({ name }) => {
    expectValid(formatNotebook(withNewIds(parsed(new Uint8Array(readFileSync(folder + name))))))
  })

  test.each(readable.filter(({ version }) => version.startsWith('3')))(
    'for $name, upgraded from nbformat 3',
    ({ name }) => {
      expectValid(formatNotebook(parsed(new Uint8Array(readFileSync(folder + name)))))
    },
  )
})
