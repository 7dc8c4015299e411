// One request that the relay answers: its method, its address, and its bodies as schemas. Relay and page read the same
// value, the one to tell requests apart, the other to make them.
import * as z from 'zod/mini'
import type { Role } from '../grant.ts'

// Zod would try `new Function`, which the page's policy reports.
z.config({ jitless: true })

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Schema = z.ZodMiniType

export interface Route {
  readonly method: Method
  /**
   * `{folder}` at its end stands for nothing or what ends in `/`, any other name for what does not; both go in with
   * their segments percent-encoded.
   */
  readonly address: `/api/${string}`
  /** What the asker has to be allowed. */
  readonly role: Role
  /** JSON; null: none, or bytes. */
  readonly body: Schema | null
  readonly answer: Schema | null
}

type ReadOnly<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: ReadOnly<T[K]> } : T

/** What a schema describes. */
export type Parsed<S extends Schema | null> = S extends Schema ? ReadOnly<z.output<S>> : undefined
export type BodyOf<R extends Route> = Parsed<R['body']>
export type AnswerOf<R extends Route> = Parsed<R['answer']>

/** A path as it stands in an address. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const placeholder = /\{\w+\}$/

export const addressOf = ({ address }: Route, path = ''): string =>
  address.replace(placeholder, () => encodePath(path))

/** What stands for the placeholder, still encoded; '' where there is none; null where the address is another one. */
export const pathIn = ({ address }: Route, pathname: string): string | null => {
  const fixed = address.replace(placeholder, '')
  if (fixed === address) return pathname === address ? '' : null
  if (!pathname.startsWith(fixed)) return null
  const path = pathname.slice(fixed.length)
  const isFolder = path === '' || path.endsWith('/')
  return isFolder === address.endsWith('{folder}') ? path : null
}

/** Which fields of a JSON value are not what they have to be; null where all are. */
export const parse = <S extends Schema>(
  schema: S,
  value: unknown,
): { readonly ok: true; readonly value: Parsed<S> } | { readonly ok: false; readonly where: string } => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data as Parsed<S> }
  const fields = parsed.error.issues.map(({ path }) => path.join('.')).filter((field) => field !== '')
  return { ok: false, where: [...new Set(fields)].join(', ') }
}
