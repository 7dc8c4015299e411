// The stops of a notebook's timeline: the end of each edit session, and each named version.
import type { Timeline } from '../../shared/api/routes.ts'
import type { Person } from '../../shared/notebook/person.ts'

export interface Stop {
  readonly at: number
  readonly time: number
  readonly people: string
  readonly updates: number
  /** Names of versions. */
  readonly names: readonly string[]
}

/** Display names for the users of a timeline; `self` is distinguished from others of the same name. */
export const namesOf = (people: Timeline['people'], self: Person): ((user: string) => string) => {
  const names = new Map([...people, [self.id, self.name] as const])
  return (user) => {
    const name = names.get(user) ?? user
    const isShared = [...names].some(([id, other]) => id !== user && other === name)
    return user === self.id && isShared ? `${name} (you)` : name
  }
}

const peopleOf = (users: readonly string[], first: boolean, nameOf: (user: string) => string): string => {
  const named = users.filter((user) => user !== '').map(nameOf)
  if (first) return named.length > 0 ? named.join(', ') : 'The beginning'
  return [...named, ...(named.length < users.length ? ['model or file'] : [])].join(', ')
}

/** In order of time. `chosen` is included too if its session has continued since. */
export const stopsOf = (
  { groups, versions }: Timeline,
  chosen: number | null,
  nameOf: (user: string) => string,
): readonly Stop[] => {
  const stops = new Set([...groups.map(({ last }) => last), ...versions.map(({ at }) => at)])
  if (chosen !== null) stops.add(chosen)
  let first = 1
  return [...stops]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const index = groups.findIndex(({ last }) => last >= at)
      const group = groups[index]
      if (group === undefined) return []
      const named = versions.filter((version) => version.at === at)
      const updates = at - first + 1
      first = at + 1
      return [
        {
          at,
          // Within a session, only an upper bound of the time is known.
          time: Math.min(group.to, ...named.map(({ time }) => time)),
          people: peopleOf(group.users, index === 0, nameOf),
          updates,
          names: named.map(({ name }) => name),
        },
      ]
    })
}

/** The first and last update of the session around a position, for the finer slider. */
export const changesAround = (
  { groups }: Timeline,
  at: number,
): { readonly first: number; readonly last: number } => {
  const index = groups.findIndex(({ last }) => last >= at)
  return { first: (groups[index - 1]?.last ?? 0) + 1, last: groups[index]?.last ?? at }
}

export const formatTime = (time: number, now: number): string => {
  const shown = new Date(Math.min(time, now))
  return new Date(time).toDateString() === new Date(now).toDateString()
    ? shown.toLocaleTimeString(undefined, { timeStyle: 'medium' })
    : shown.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
