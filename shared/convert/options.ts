// The options after a cell marker in Jupytext's format: words, then `key=value` pairs with JSON values, or one JSON object
// if a key is not a plain name.
import { readJson, readMembers, type Member } from '../ipynb/json-read.ts'
import { writeJson, writeMembers } from '../ipynb/json-write.ts'
import { oneLine } from './file-cell.ts'

export interface Options {
  readonly words: string
  readonly members: readonly Member[]
}

/** Includes keys of JupyterLab extensions such as `@deathbeds/jupyterlab-fonts`. */
const nameText = String.raw`[A-Za-z_@][\w.@/-]*`
const name = new RegExp(`^${nameText}$`)
const firstOption = new RegExp(String.raw`(?<!\S)(?:${nameText}=|\{)`)

export const writeOptions = (members: readonly Member[]): string =>
  members.every(([key]) => name.test(key))
    ? members.map(([key, leaf]) => `${key}=${writeJson(leaf, oneLine)}`).join(' ')
    : writeMembers(members, oneLine, '')

export const readOptions = (text: string): Options => {
  const start = firstOption.exec(text)?.index
  const members = start === undefined ? null : membersIn(text.slice(start))
  return start === undefined || members === null
    ? { words: text.trim(), members: [] }
    : { words: text.slice(0, start).trim(), members }
}

const membersIn = (text: string): readonly Member[] | null => {
  if (text.startsWith('{')) {
    const read = readMembers(text)
    return read.ok ? read.value.map(({ key, value }) => [key, value]) : null
  }
  const members: Member[] = []
  const key = new RegExp(String.raw`\s*(${nameText})=|\s*$`, 'y')
  for (;;) {
    const found = key.exec(text)
    if (!found) return null
    if (found[1] === undefined) return members
    const end = valueEnd(text, key.lastIndex)
    members.push([found[1], valueOf(text.slice(key.lastIndex, end))])
    key.lastIndex = end
  }
}

const string = /"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|\S*/y

const valueEnd = (text: string, start: number): number => {
  if (!/[[{]/.test(text.charAt(start))) {
    string.lastIndex = start
    string.exec(text)
    return string.lastIndex
  }
  const part = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|$)|[[\]{}]/g
  part.lastIndex = start
  let depth = 0
  for (let found = part.exec(text); found; found = part.exec(text)) {
    if (found[0] === '[' || found[0] === '{') depth++
    else if (found[0] === ']' || found[0] === '}') depth--
    if (depth === 0) return part.lastIndex
  }
  return text.length
}

/** The value of JSON; other text as it is, without single quotes around it. */
const valueOf = (text: string): Member[1] => {
  const read = readJson(text)
  return read.ok ? read.value : (/^'(.*)'$/s.exec(text)?.[1] ?? text)
}
