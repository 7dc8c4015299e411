// A route of the HTTP API: method, URL, role and body schemas. Used by the relay to dispatch requests and by the page to
// send them.
import * as z from 'zod/mini'
import type { Role } from '../grant.ts'

// Otherwise Zod tries `new Function`, which the page's policy blocks and reports.
z.config({ jitless: true })

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Schema = z.ZodMiniType

export interface Route {
  readonly method: Method
  /** Can end in a placeholder: `{folder}` is empty or ends in `/`, any other does not. Segments are percent-encoded. */
  readonly path: `/api/${string}`
  readonly role: Role
  /** For JSON; null if there is no body or it is binary. */
  readonly body: Schema | null
  readonly answer: Schema | null
}

export const route = <B extends Schema | null, A extends Schema | null>(
  method: Method,
  path: Route['path'],
  role: Role,
  body: B,
  answer: A,
): Route & { readonly body: B; readonly answer: A } => ({ method, path, role, body, answer })

type ReadOnly<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: ReadOnly<T[K]> } : T

export type Parsed<S extends Schema | null> = S extends Schema ? ReadOnly<z.output<S>> : undefined
export type BodyOf<R extends Route> = Parsed<R['body']>
export type AnswerOf<R extends Route> = Parsed<R['answer']>

export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const placeholder = /\{\w+\}$/

export const urlOf = (route: Route, path = ''): string =>
  route.path.replace(placeholder, () => encodePath(path))

/** The value of the placeholder, still encoded; '' if the route has none; null if the URL does not match. */
export const pathIn = (route: Route, pathname: string): string | null => {
  const fixed = route.path.replace(placeholder, '')
  if (fixed === route.path) return pathname === route.path ? '' : null
  if (!pathname.startsWith(fixed)) return null
  const path = pathname.slice(fixed.length)
  const isFolder = path === '' || path.endsWith('/')
  return isFolder === route.path.endsWith('{folder}') ? path : null
}

/** Validates a JSON value; `where` lists the invalid fields. */
export const parse = <S extends Schema>(
  schema: S,
  value: unknown,
): { readonly ok: true; readonly value: Parsed<S> } | { readonly ok: false; readonly where: string } => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data as Parsed<S> }
  const fields = parsed.error.issues.map(({ path }) => path.join('.')).filter((field) => field !== '')
  return { ok: false, where: [...new Set(fields)].join(', ') }
}
