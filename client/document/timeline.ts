import { isRecord } from '../../shared/record.ts'
// The places of a notebook's history one can go to: the end of each group of updates, and each named version.

export interface Group {
  /** Places: how many updates the notebook had with it. */
  readonly last: number
  /** Milliseconds since 1970 by the relay's clock. */
  readonly to: number
  readonly updates: number
  /** Empty: not by a person's page, or before it said its name. */
  readonly users: readonly string[]
}

export interface Version {
  readonly at: number
  readonly name: string
  readonly by: string
  readonly time: number
}

export interface Timeline {
  readonly updates: number
  readonly groups: readonly Group[]
  readonly versions: readonly Version[]
  /** Whose a client of the document was. */
  readonly clients: ReadonlyMap<number, string>
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const parseGroup = (value: unknown): Group | null =>
  isRecord(value)
    ? {
        last: count(value['last']),
        to: count(value['to']),
        updates: count(value['updates']),
        users: list(value['users']).map(text),
      }
    : null

const parseVersion = (value: unknown): Version | null =>
  isRecord(value)
    ? { at: count(value['at']), name: text(value['name']), by: text(value['by']), time: count(value['time']) }
    : null

const parseClient = (value: unknown): [number, string] | null => {
  const [client, user] = list(value)
  return typeof client === 'number' && typeof user === 'string' ? [client, user] : null
}

export const parseTimeline = (value: unknown): Timeline => {
  const found = isRecord(value) ? value : {}
  return {
    updates: count(found['updates']),
    groups: list(found['groups'])
      .map(parseGroup)
      .filter((group) => group !== null),
    versions: list(found['versions'])
      .map(parseVersion)
      .filter((version) => version !== null),
    clients: new Map(
      list(found['clients'])
        .map(parseClient)
        .filter((client) => client !== null),
    ),
  }
}

/** One stop of the slider. */
export interface Place {
  readonly at: number
  readonly time: number
  readonly people: string
  readonly updates: number
  /** Of named versions. */
  readonly names: readonly string[]
}

const peopleOf = (users: readonly string[], first: boolean): string => {
  const named = users.filter((user) => user !== '')
  if (first) return named.length > 0 ? named.join(', ') : 'The beginning'
  return [...named, ...(named.length < users.length ? ['model or file'] : [])].join(', ')
}

/** In order of time. `chosen` is one of them, too, when the group it ended has gone on since. */
export const placesOf = ({ groups, versions }: Timeline, chosen: number | null): readonly Place[] => {
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
          // Within a group all that is known is that it was before either.
          time: Math.min(group.to, ...named.map(({ time }) => time)),
          people: peopleOf(group.users, index === 0),
          updates,
          names: named.map(({ name }) => name),
        },
      ]
    })
}

/** Places of the group that a place lies in, first and last: on the finer scale each of its updates is one. */
export const changesAround = (
  { groups }: Timeline,
  at: number,
): { readonly first: number; readonly last: number } => {
  const index = groups.findIndex(({ last }) => last >= at)
  return { first: (groups[index - 1]?.last ?? 0) + 1, last: groups[index]?.last ?? at }
}

const hours = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export const timeWords = (time: number, now: number): string =>
  (new Date(time).toDateString() === new Date(now).toDateString() ? hours : days).format(time)
