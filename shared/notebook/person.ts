// Who did something: by an id, which is whom, and the name they went by then, which is its label. What was written
// before there were ids, or by a stock client, has the name alone.

export interface Person {
  readonly id: string
  readonly name: string
}

/** As requests, runs and deletions carry it. */
export interface By<Name extends string | null = string> {
  readonly by: Name
  /** Absent where only the name is known. */
  readonly user?: string
}

export const byPerson = ({ id, name }: Person): By => ({ by: name, user: id })

/** Of something that says who did it, only that. */
export const byOf = ({ by, user }: By): By => (user === undefined ? { by } : { by, user })

/** Tells people apart. */
export const keyOf = ({ by, user }: By): string => user ?? by

export const isBy = (person: Person, done: By<string | null>): boolean =>
  done.user === undefined ? done.by === person.name : done.user === person.id
