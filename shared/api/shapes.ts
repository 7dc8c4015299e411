// What goes over HTTP as JSON.
import * as z from 'zod/mini'
import { roles } from '../grant.ts'

export const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Of each error its status. */
export const statusOf = {
  bad_request: 400,
  not_allowed: 401,
  wrong_host: 403,
  wrong_origin: 403,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  exists: 409,
  other_version: 412,
  too_large: 413,
  unreadable: 422,
  internal: 500,
  not_available: 501,
  upstream: 502,
  disk: 507,
} as const
export type ErrorCode = keyof typeof statusOf

/** As a socket says it too. */
export const grant = z.object({
  role: z.enum(roles),
  /** null: the browser says who it is. */
  user: z.nullable(z.object({ id: z.string(), name: z.string() })),
})

const instant = z.iso.datetime()

export const listed = z.object({
  path: z.string(),
  title: z.string(),
  modified: instant,
  /** Bytes. */
  size: z.number(),
  /** Why it cannot be opened; absent where it can. */
  reason: z.optional(z.string()),
})

export const newPath = z.object({ path: z.string() })

export const newNotebook = z.object({
  path: z.string(),
  /** The text of an .ipynb. */
  content: z.optional(z.string()),
})

export const merged = z.object({
  path: z.string(),
  /** Ids of cells in which the two sides met. */
  marked: z.array(z.string()),
})

export const deleted = z.object({
  entry: z.string(),
  path: z.string(),
  /** null where it was never opened. */
  docId: z.nullable(z.string()),
  deleted: instant,
  size: z.number(),
})

/** Paths of those that stay, because somebody has them open. */
export const emptied = z.object({ open: z.array(z.string()) })

/** A number of updates, counted from the first. */
const place = z.int().check(z.positive())

export const newVersion = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  at: place,
  by: z.optional(z.string()),
  /** The id of whoever `by` names. */
  user: z.optional(z.string()),
})

export const version = z.object({
  at: place,
  name: z.string(),
  by: z.string(),
  /** null: only the name is known. */
  user: z.nullable(z.string()),
  /** Milliseconds since 1970 by the relay's clock, as all times of a timeline. */
  time: z.number(),
})

export const timeline = z.object({
  updates: z.int(),
  groups: z.array(
    z.object({
      first: place,
      last: place,
      from: z.number(),
      to: z.number(),
      updates: z.int(),
      /** Ids, or names where no id is known. Empty: not by a person's page, or before it said its name. */
      users: z.array(z.string()),
    }),
  ),
  versions: z.array(version),
  /** What those users are called who are ids. */
  people: z.array(z.tuple([z.string(), z.string()])),
  /** Whose a client of the document was. */
  clients: z.array(z.tuple([z.int(), z.string()])),
})

export const held = z.object({
  docId: z.string().check(z.maxLength(200)),
  /** State vector of what the relay had acknowledged. */
  vector: z.nullable(z.base64()),
  /** Of the file, as the relay told of it. */
  digests: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(1000)),
  /** The text of an .ipynb, as is `content`. */
  acknowledged: z.nullable(z.string()),
  /** null: it is only asked whether the relay has all that it once acknowledged. */
  content: z.nullable(z.string()),
})

export const recovered = z.union([
  z.object({ known: z.boolean() }),
  z.object({
    path: z.string(),
    /** Something was carried over into the notebook. */
    changed: z.boolean(),
    /** The notebook beside, where nobody could tell what belongs in this one. */
    copy: z.nullable(z.string()),
  }),
])

export const file = z.object({
  /** Relative to the folder that was asked for. */
  path: z.string(),
  size: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
  /** Another one after each write. */
  tag: z.string(),
})

export const folder = z.object({
  files: z.array(file),
  folders: z.array(z.string()),
  /** What lies there under a name that nothing here can have, and why not. */
  unnamed: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** There are more than these. */
  more: z.boolean(),
})

export const model = z.object({ id: z.string(), name: z.string(), provider: z.string(), label: z.string() })
