// Who did something: a user id, and the name at that time as its label. Older data and stock clients have a name only.

export interface Person {
  readonly id: string
  readonly name: string
}

/** As in requests, runs and deletions. */
export interface By<Name extends string | null = string> {
  readonly by: Name
  /** Absent if only the name is known. */
  readonly user?: string
}

export const byPerson = ({ id, name }: Person): By => ({ by: name, user: id })

/** Only the fields that say who. */
export const byOf = ({ by, user }: By): By => (user === undefined ? { by } : { by, user })

/** Distinguishes people. */
export const keyOf = ({ by, user }: By): string => user ?? by

/** Whether this person did it. */
export const isBy = (person: Person, done: By<string | null>): boolean =>
  done.user === undefined ? done.by === person.name : done.user === person.id

/** The name of whoever did it, for the start of a sentence shown to `reader`. */
export const nameOfActor = (reader: Person, done: By<string | null>): string =>
  isBy(reader, done) ? 'You' : done.by || 'Somebody'
