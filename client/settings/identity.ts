// This browser's person as others see them: an id that is created once and never changes, and a name and a colour that
// can be changed.
import type { Person } from '../../shared/notebook/person.ts'
import { isRecord } from '../../shared/record.ts'

export interface Profile {
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
  /** The person has not chosen the colour, so it may give way to another's. */
  readonly anyColor?: true
}

export type Identity = Person & Profile

/** Dark enough for white text at 4.5:1, and distinct on light and dark backgrounds. */
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

export const parseUserId = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? value : null

export const parseProfile = (value: unknown): Profile | null => {
  if (!isRecord(value)) return null
  const { name, color, anyColor } = value
  if (typeof name !== 'string' || name.trim() === '' || typeof color !== 'string') return null
  if (!/^#[0-9a-f]{6}$/i.test(color)) return null
  return { name: name.trim().slice(0, 60), color, ...(anyColor === true ? { anyColor } : {}) }
}

export const newProfile = (): Profile => ({
  name: `${pick(adjectives)} ${pick(animals)}`,
  color: pick(colors),
  anyColor: true,
})

/** A colour that nobody else has; null if all are taken. */
export const freeColor = (taken: ReadonlySet<string>): string | null => {
  const [first, ...others] = colors.filter((color) => !taken.has(color))
  return first === undefined ? null : pick([first, ...others])
}
