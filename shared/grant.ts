// The user and role of a client of the relay.
import type { Person } from './notebook/person.ts'

/** In ascending order; each role includes those before it. */
export const roles = ['read', 'comment', 'write'] as const
export type Role = (typeof roles)[number]

export interface Grant {
  /** Null if access is by a shared token; then the browser chooses its own identity. */
  readonly user: Person | null
  readonly role: Role
}

export const allows = (held: Role, needed: Role): boolean => roles.indexOf(held) >= roles.indexOf(needed)
