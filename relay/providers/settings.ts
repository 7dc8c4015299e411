// Schemas for settings of several providers.
import * as z from 'zod/mini'

const isHttp = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

const withoutSlash = (text: string): string => new URL(text).href.replace(/\/+$/, '')

/** A URL that starts with http:// or https://; `message` is for anything else. */
export const baseUrl = (message: string): z.ZodMiniType<string, string> =>
  z.pipe(z.string({ error: message }).check(z.refine(isHttp, { error: message })), z.transform(withoutSlash))

export const baseUrlOr = (usual: string): z.ZodMiniType<string> =>
  z.pipe(
    z.nullable(baseUrl(`an address such as ${usual} in its BASE_URL, which starts with http:// or https://`)),
    z.transform((url) => url ?? usual),
  )

export const optional = z.nullable(z.string())
