// Schemas for settings of several providers.
import * as z from 'zod/mini'

const isHttp = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

/** What addresses in a server's documentation end with: of its whole API, or of one request. */
const requestPath =
  /\/(?:chat\/completions|completions|responses|messages|models|api\/(?:chat|tags|generate))$/

const withoutRequest = (text: string): string => {
  const url = new URL(text)
  url.pathname = url.pathname.replace(/\/+$/, '').replace(requestPath, '')
  return url.href.replace(/\/(?=$|\?)/, '')
}

/** A URL that starts with http:// or https://; `message` is for anything else. */
const baseUrl = (message: string): z.ZodMiniType<string, string> =>
  z.pipe(
    z.string({ error: message }).check(z.refine(isHttp, { error: message })),
    z.transform(withoutRequest),
  )

/** Without a path, /v1 is added: other programs expect it with or without. */
const versioned = (text: string): string => {
  const url = new URL(text)
  return url.pathname === '/' ? `${url.origin}/v1${url.search}` : text
}

const addressLike = (usual: string): string =>
  `an address such as ${usual} in its BASE_URL, which starts with http:// or https://`

export const versionedUrl = (message: string): z.ZodMiniType<string, string> =>
  z.pipe(baseUrl(message), z.transform(versioned))

export const versionedUrlOr = (usual: string): z.ZodMiniType<string> =>
  z.pipe(
    z.nullable(versionedUrl(addressLike(usual))),
    z.transform((url) => url ?? usual),
  )

/** Of a server whose API has no version; one at the end of the address is of an API that imitates another. */
export const plainUrlOr = (usual: string): z.ZodMiniType<string> =>
  z.pipe(
    z.nullable(baseUrl(addressLike(usual))),
    z.transform((url) => url?.replace(/\/(?:v1|api)$/, '') ?? usual),
  )

export const optional = z.nullable(z.string())

/** A header cannot have other characters; they come from copying more than the key. */
const isKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

/** `name`: of its setting. */
export const keyIn = (name: string): z.ZodMiniType<string> =>
  z
    .string({ error: name })
    .check(z.refine(isKey, { error: `a key of plain characters without blanks in ${name}` }))

/** Tokens; `usual` if it is not given. */
export const contextLengthOr = <Usual extends number | null>(
  name: string,
  usual: Usual,
): z.ZodMiniType<number | Usual> =>
  z.pipe(
    z.nullable(
      z.string().check(
        z.refine((text) => /^\d+$/.test(text) && Number(text) >= 2_048, {
          error: `a number of tokens from 2048 in ${name}`,
        }),
      ),
    ),
    z.transform((text) => (text === null ? usual : Number(text))),
  )
