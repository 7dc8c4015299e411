// Who somebody is to a relay, and what they may do there.

/** Each may do what those before it may. */
export const roles = ['read', 'comment', 'write'] as const
export type Role = (typeof roles)[number]

export interface User {
  readonly id: string
  readonly name: string
}

export interface Grant {
  /** null: whoever has the token; the browser says who that is. */
  readonly user: User | null
  readonly role: Role
}

export const allows = (held: Role, needed: Role): boolean => roles.indexOf(held) >= roles.indexOf(needed)
