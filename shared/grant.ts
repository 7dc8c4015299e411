// Who somebody is to a relay, and what they may do there.
import { type Person } from './notebook/person.ts'

/** Each may do what those before it may. */
export const roles = ['read', 'comment', 'write'] as const
export type Role = (typeof roles)[number]

export interface Grant {
  /** null: whoever has the token; the browser says who that is. */
  readonly user: Person | null
  readonly role: Role
}

export const allows = (held: Role, needed: Role): boolean => roles.indexOf(held) >= roles.indexOf(needed)
