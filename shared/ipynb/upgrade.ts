import type { Leaf } from '../notebook/notebook.ts'
import { inOrder } from './keys.ts'
import { membersOf, numberOf, readJson, stringOf, type Member } from './json-read.ts'

// Upgrades nbformat 2 and 3 to 4 like nbformat itself (nbformat/v3/convert.py, v4/convert.py): one list of cells, markdown
// instead of headings, outputs by MIME type.

type Members = Map<string, Leaf>

const mimeTypes = new Map([
  ['text', 'text/plain'],
  ['html', 'text/html'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['latex', 'text/latex'],
  ['json', 'application/json'],
  ['javascript', 'application/javascript'],
])
const firstLevel = 1
const lastLevel = 6

/** Upgrades to 4.5; unknown members are kept. */
export const upgradeNotebook = (top: readonly Member[], from: 2 | 3): readonly Member[] => {
  const { worksheets, orig_nbformat: _, orig_nbformat_minor: __, ...rest } = Object.fromEntries(top)
  const meta = toMap(rest.metadata)
  // Not in nbformat 4; the signature would be invalid anyway.
  meta.delete('name')
  meta.delete('signature')
  const cells = itemsOf(worksheets).flatMap((worksheet) => itemsOf(toMap(worksheet).get('cells')))
  const upgraded = Object.entries({
    ...rest,
    nbformat: 4,
    nbformat_minor: 5,
    metadata: toLeaf(meta),
    cells: cells.map((cell) => {
      if (!membersOf(cell)) return cell
      return toLeaf(upgradeCell(from === 2 ? withLineEnds(toMap(cell)) : toMap(cell)))
    }),
  })
  return inOrder(upgraded, undefined)
}

/** In nbformat 2, lists of lines have no line ends (nbformat/v2/rwbase.py). */
const withLineEnds = (cell: Members): Members => {
  for (const key of ['input', 'source', 'rendered']) joinLines(cell, key)
  if (!cell.has('outputs')) return cell
  const outputs = itemsOf(cell.get('outputs')).map((leaf) => {
    const output = toMap(leaf)
    for (const key of ['text', 'html', 'svg', 'latex', 'javascript', 'json']) joinLines(output, key)
    if (output.has('etype')) rename(output, 'etype', 'ename', '')
    return toLeaf(output)
  })
  return cell.set('outputs', outputs)
}

const joinLines = (members: Members, key: string): void => {
  const lines = members.get(key)
  if (Array.isArray(lines)) members.set(key, lines.map((line: Leaf) => stringOf(line) ?? '').join('\n'))
}

const upgradeCell = (cell: Members): Members => {
  const meta = toMap(cell.get('metadata'))
  switch (stringOf(cell.get('cell_type')) ?? '') {
    case 'code':
      cell.delete('language')
      if (cell.has('collapsed')) meta.set('collapsed', cell.get('collapsed') ?? null)
      cell.delete('collapsed')
      rename(cell, 'input', 'source', '')
      rename(cell, 'prompt_number', 'execution_count', null)
      cell.set(
        'outputs',
        itemsOf(cell.get('outputs')).map((output) => toLeaf(upgradeOutput(toMap(output)))),
      )
      break
    case 'heading': {
      const level = Math.min(Math.max(numberOf(cell.get('level')) ?? firstLevel, firstLevel), lastLevel)
      const line = textOf(cell.get('source'))
        .split(/\r\n?|\n/)
        .join(' ')
        .trimEnd()
      cell.delete('level')
      cell.set('cell_type', 'markdown')
      cell.set('source', `${'#'.repeat(level)} ${line}`)
      break
    }
    case 'html':
      cell.set('cell_type', 'markdown')
      break
    default:
      break
  }
  cell.set('metadata', toLeaf(meta))
  return cell
}

const upgradeOutput = (output: Members): Members => {
  const type = stringOf(output.get('output_type')) ?? ''
  switch (type) {
    case 'pyout':
    case 'display_data':
      return upgradeDisplay(output, type)
    case 'pyerr':
      output.set('output_type', 'error')
      return output
    case 'stream':
      rename(output, 'stream', 'name', 'stdout')
      return output
    default:
      return output
  }
}

const upgradeDisplay = (output: Members, type: 'pyout' | 'display_data'): Members => {
  const data = new Map(output)
  for (const key of ['output_type', 'metadata', 'prompt_number']) data.delete(key)
  const json = data.get('json')
  const parsed = json === undefined ? null : readJson(textOf(json))
  if (parsed?.ok) data.set('json', parsed.value)
  return new Map<string, Leaf>([
    ['data', toLeaf(byMimeType(data))],
    ...(type === 'pyout' ? [['execution_count', output.get('prompt_number') ?? null] as const] : []),
    ['metadata', toLeaf(byMimeType(toMap(output.get('metadata'))))],
    ['output_type', type === 'pyout' ? 'execute_result' : type],
  ])
}

const byMimeType = (members: Members): Members =>
  new Map([...members].map(([key, value]) => [mimeTypes.get(key) ?? key, value]))

const rename = (members: Members, from: string, to: string, otherwise: Leaf): void => {
  members.set(to, members.get(from) ?? members.get(to) ?? otherwise)
  if (from !== to) members.delete(from)
}

const toMap = (leaf: Leaf | undefined): Members => new Map(membersOf(leaf))
/** With sorted keys, as Jupyter writes them. */
const toLeaf = (members: Members): Leaf => Object.fromEntries(inOrder([...members], undefined))
const itemsOf = (leaf: Leaf | undefined): readonly Leaf[] => (Array.isArray(leaf) ? leaf : [])
const textOf = (leaf: Leaf | undefined): string =>
  Array.isArray(leaf) ? leaf.map((part: Leaf) => stringOf(part) ?? '').join('') : (stringOf(leaf) ?? '')
