import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endingOf, isReadable, readForm, type Writable, writeForm } from '../../../shared/convert/convert.ts'
import { fileCell, headerMembers, type FileCell } from '../../../shared/convert/file-cell.ts'
import type { Member } from '../../../shared/ipynb/json-read.ts'
import type { Notebook } from '../../../shared/notebook/notebook.ts'

const encoder = new TextEncoder()

export const read = (name: string, text: string | Uint8Array): Notebook => {
  const form = endingOf(name)
  if (!isReadable(form)) throw new Error(`${name} is not read`)
  const found = readForm(form, typeof text === 'string' ? encoder.encode(text) : text)
  if (!found.ok) throw new Error(`${name}: ${found.reason}`)
  return found.notebook
}

export const reasonOf = (name: string, text: string | Uint8Array): string => {
  try {
    read(name, text)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  throw new Error('it was read')
}

export const written = (form: Writable, notebook: Notebook): string => writeForm(form, notebook, 'title')

export interface Words {
  readonly meta: readonly Member[]
  readonly cells: readonly (FileCell & { readonly kind: string; readonly reply: string | null })[]
}

const byName = ([a]: Member, [b]: Member): number => (a < b ? -1 : 1)

/** Everything in a notebook except results of code, attachments and how its file was written. */
export const words = (notebook: Notebook): Words => ({
  meta: headerMembers(notebook).sort(byName),
  cells: notebook.cells.map((cell) => ({
    ...fileCell(cell),
    kind: cell.kind,
    reply: cell.kind === 'prompt' ? (cell.result?.reply ?? null) : null,
  })),
})

export const withoutIds = ({ meta, cells }: Words): Words => ({
  meta,
  cells: cells.map((cell) => ({ ...cell, id: '' })),
})

const folder = fileURLToPath(new URL('../../../../shared/ipynb/', import.meta.url))
export const isThere = existsSync(folder + 'MANIFEST.tsv')
if (!isThere) console.log('left out: the notebooks of ../shared/ipynb are not here')

/** The readable notebooks beside the clone. */
export const shared: readonly string[] = isThere
  ? readFileSync(folder + 'MANIFEST.tsv', 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .filter(([, , , , , , status]) => status !== 'unreadable')
      .map(([name = '']) => name)
  : []
export const sharedBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(folder + name))
