// Who this browser's person is to the others: an id that is made once, a name and a colour they can change,
// remembered here.
import { type Person } from '../../shared/notebook/person.ts'
import { newUserId } from '../../shared/notebook/ids.ts'
import { readStored, writeStored } from './browser-store.ts'

export interface Identity extends Person {
  /** `#rrggbb` */
  readonly color: string
}

/** Dark enough for white text at 4.5:1, told apart on light and on dark ground. */
const colors = [
  '#b3261e',
  '#a8480b',
  '#7a5d00',
  '#2e7031',
  '#00706e',
  '#1f63b5',
  '#6247b8',
  '#a23481',
] as const
const adjectives = [
  'Amber',
  'Brisk',
  'Calm',
  'Clever',
  'Gentle',
  'Lucid',
  'Merry',
  'Quiet',
  'Swift',
  'Warm',
] as const
const animals = [
  'Badger',
  'Crane',
  'Finch',
  'Fox',
  'Heron',
  'Lynx',
  'Marten',
  'Otter',
  'Owl',
  'Wren',
] as const

const key = 'llm-notebook.identity'
const pick = <T>(items: readonly [T, ...T[]]): T =>
  items[Math.floor(Math.random() * items.length)] ?? items[0]

const idKey = 'llm-notebook.user'

const parseId = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? value : null

/** Apart from what can be changed, so that nothing changes it. */
const ownId = (): string => {
  const kept = readStored(idKey, parseId)
  if (kept !== null) return kept
  const made = newUserId()
  writeStored(idKey, made)
  return made
}

const parse = (value: unknown): Omit<Identity, 'id'> | null => {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('color' in value)) return null
  const { name, color } = value
  if (typeof name !== 'string' || name.trim() === '' || typeof color !== 'string') return null
  return /^#[0-9a-f]{6}$/i.test(color) ? { name: name.trim().slice(0, 60), color } : null
}

export const saveIdentity = ({ name, color }: Identity): void => void writeStored(key, { name, color })

export const loadIdentity = (): Identity => {
  const id = ownId()
  const kept = readStored(key, parse)
  if (kept !== null) return { id, ...kept }
  const made = { id, name: `${pick(adjectives)} ${pick(animals)}`, color: pick(colors) }
  saveIdentity(made)
  return made
}
