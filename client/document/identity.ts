// Who this browser's person is to the others: an id that is made once, and a name and a colour they can change.
import type { Person } from '../../shared/notebook/person.ts'
import { newUserId } from '../../shared/notebook/ids.ts'
import { readStored, writeStored } from './browser-store.ts'

export interface Identity {
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
}

/** As the others know this person. */
export interface Self extends Identity, Person {}

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

const pick = <T>(items: readonly [T, ...T[]]): T =>
  items[Math.floor(Math.random() * items.length)] ?? items[0]

const key = 'llm-notebook.user'

const parseId = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? value : null

/** Kept apart from what can be changed. */
export const ownId = (): string => {
  const kept = readStored(key, parseId)
  if (kept !== null) return kept
  const made = newUserId()
  writeStored(key, made)
  return made
}

export const parseIdentity = (value: unknown): Identity | null => {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('color' in value)) return null
  const { name, color } = value
  if (typeof name !== 'string' || name.trim() === '' || typeof color !== 'string') return null
  return /^#[0-9a-f]{6}$/i.test(color) ? { name: name.trim().slice(0, 60), color } : null
}

export const newIdentity = (): Identity => ({
  name: `${pick(adjectives)} ${pick(animals)}`,
  color: pick(colors),
})
