// Schemas of the JSON bodies of the HTTP API.
import * as z from 'zod/mini'
import { roles } from '../grant.ts'
import { rasterMimes } from '../markdown/image.ts'

export const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** HTTP status by error code. */
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
  unknown_encoding: 415,
  unreadable: 422,
  too_many: 429,
  internal: 500,
  upstream: 502,
  disk: 507,
} as const
export type ErrorCode = keyof typeof statusOf

/** Also sent over the socket. */
export const grant = z.object({
  role: z.enum(roles),
  /** Null if the browser chooses its own identity. */
  user: z.nullable(z.object({ id: z.string(), name: z.string() })),
})

const instant = z.iso.datetime()

export const listed = z.object({
  path: z.string(),
  title: z.string(),
  modified: instant,
  /** Bytes. */
  size: z.number(),
  /** Why it cannot be opened, if so. */
  reason: z.optional(z.string()),
})

/** A cell with all words of a query, or a title and path with them. */
export const found = z.object({
  path: z.string(),
  title: z.string(),
  /** 1 for the first cell; 0 for title and path. */
  position: z.int(),
  /** Null if the file has no id for it, and for a title. */
  cell: z.nullable(z.string()),
  kind: z.string(),
  /** The line with the first word. */
  snippet: z.string(),
  /** The words in the snippet. */
  marks: z.array(z.tuple([z.int(), z.int()])),
})

export const newPath = z.object({ path: z.string() })

export const newNotebook = z.object({
  path: z.string(),
  /** The text of an .ipynb. */
  content: z.optional(z.string()),
  copyOf: z.optional(z.string()),
  readOnly: z.optional(z.boolean()),
})

export const merged = z.object({
  path: z.string(),
  /** Ids of cells with conflicting changes. */
  marked: z.array(z.string()),
})

export const deleted = z.object({
  entry: z.string(),
  path: z.string(),
  /** Null if it was never opened. */
  docId: z.nullable(z.string()),
  deleted: instant,
  size: z.number(),
})

/** Paths of notebooks that were not deleted, because someone has them open. */
export const emptied = z.object({ open: z.array(z.string()) })

/** A number of updates from the start of the history. */
const position = z.int().check(z.positive())

export const newVersion = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  at: position,
  by: z.optional(z.string()),
  /** The id of the person in `by`. */
  user: z.optional(z.string()),
})

export const version = z.object({
  at: position,
  name: z.string(),
  by: z.string(),
  /** Null if only the name is known. */
  user: z.nullable(z.string()),
  /** Milliseconds since 1970 by the relay's clock, like all times of a timeline. */
  time: z.number(),
})

export const timeline = z.object({
  updates: z.int(),
  groups: z.array(
    z.object({
      first: position,
      last: position,
      from: z.number(),
      to: z.number(),
      updates: z.int(),
      /** Ids, or names if no id is known. Empty if it was not a person's page, or its name was not known yet. */
      users: z.array(z.string()),
    }),
  ),
  versions: z.array(version),
  /** Names of users by id. */
  people: z.array(z.tuple([z.string(), z.string()])),
  /** Yjs client ids and their users. */
  clients: z.array(z.tuple([z.int(), z.string()])),
})

/** Who wrote in a cell last. */
export const edit = z.object({
  cell: z.string(),
  /** An id; the name if only that is known; '' for a model or another program. */
  user: z.string(),
  name: z.string(),
  /** Milliseconds since 1970 by the relay's clock. */
  time: z.number(),
})

export const held = z.object({
  docId: z.string().check(z.maxLength(200)),
  /** State vector of the last state the relay acknowledged. */
  vector: z.nullable(z.base64()),
  /** Digests of the file that the relay reported. */
  digests: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(1000)),
  /** The text of an .ipynb, as is `content`. */
  acknowledged: z.nullable(z.string()),
  /** Null to only ask whether the relay has everything it acknowledged. */
  content: z.nullable(z.string()),
})

export const recovered = z.union([
  z.object({ known: z.boolean(), vector: z.string() }),
  z.object({
    path: z.string(),
    /** Whether content was recovered into the notebook. */
    changed: z.boolean(),
    /** Path of a copy, if the content could not be merged reliably. */
    copy: z.nullable(z.string()),
    /** Base64 of the state vector of the document that has the content. */
    vector: z.string(),
  }),
])

export const file = z.object({
  /** Relative to the requested folder. */
  path: z.string(),
  size: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
  /** Changes with each write. */
  tag: z.string(),
})

export const folder = z.object({
  files: z.array(file),
  folders: z.array(z.string()),
  /** Files with unsupported names, and the reason. */
  unnamed: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** The list is truncated. */
  more: z.boolean(),
})

export const craft = z.object({
  path: z.string(),
  from: z.string(),
  notes: z.string(),
  code: z.array(z.string()),
  problem: z.nullable(z.string()),
})

export const model = z.object({
  /** Empty only if there is a problem. */
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  /** The provider's label. */
  label: z.string(),
  /** The default. */
  usual: z.boolean(),
  /** Why the provider's models could not be listed. */
  problem: z.optional(z.string()),
  /** Which images it accepts, and how many tokens. */
  sight: z.object({
    room: z.nullable(z.number()),
    sees: z.nullable(z.boolean()),
    mimes: z.array(z.enum(rasterMimes)),
    maxBytes: z.number(),
    maxSide: z.number(),
  }),
})

/** The text around the caret of a suggestion. */
export const caret = z.object({
  /** Counted against the caps if the relay does not know the user. */
  person: z.string().check(z.maxLength(200)),
  /** `provider/model`; null for the default. */
  model: z.nullable(z.string().check(z.maxLength(400))),
  kind: z.enum(['code', 'note']),
  above: z.string().check(z.maxLength(20_000)),
  before: z.string().check(z.maxLength(20_000)),
  after: z.string().check(z.maxLength(20_000)),
  /** Rejected suggestions. */
  not: z.array(z.string().check(z.maxLength(20_000))).check(z.maxLength(10)),
})

/** '' if the model has none. */
export const suggestion = z.object({ text: z.string() })
