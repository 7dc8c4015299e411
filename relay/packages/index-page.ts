// A project's page of a Python package index, in the JSON form of PEP 691: validated, and with our URLs.
import * as z from 'zod/mini'

export const indexType = 'application/vnd.pypi.simple.v1+json'

const indexPage = z.object({
  meta: z.object({ 'api-version': z.string().check(z.regex(/^1\./)) }),
  name: z.string(),
  versions: z.optional(z.array(z.string())),
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()),
      'requires-python': z.nullish(z.string()),
      size: z.optional(z.number()),
      yanked: z.optional(z.union([z.boolean(), z.string()])),
    }),
  ),
})
export type IndexPage = z.infer<typeof indexPage>

/** Throws if the text is invalid. */
export const parseIndexPage = (text: string): IndexPage => indexPage.parse(JSON.parse(text))

/** A normalized project name (PEP 503); null if invalid. */
export const projectName = (text: string): string | null =>
  /^[a-z0-9]([a-z0-9._-]{0,198}[a-z0-9])?$/i.test(text) ? text.toLowerCase().replaceAll(/[-_.]+/g, '-') : null

/** The project of the file name of a wheel (PEP 427) or of sources (PEP 625, and older ones); null if invalid. */
export const projectOf = (filename: string): string | null => {
  const wheel = /^([A-Za-z0-9._]+)(?:-[A-Za-z0-9._+!]+){4,5}\.whl$/
  const sources = /^([A-Za-z0-9._-]+)-[A-Za-z0-9._+!]+\.tar\.gz$/
  const [, name] = wheel.exec(filename) ?? sources.exec(filename) ?? []
  return name === undefined ? null : projectName(name)
}

/** Only wheels and sources with a checksum, with their URLs here. */
export const ownPage = (
  page: IndexPage,
  urlFor: (sha256: string, filename: string) => string,
): IndexPage => ({
  ...page,
  files: page.files.flatMap((file) => {
    const sha256 = file.hashes['sha256']
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) || projectOf(file.filename) === null) return []
    return [{ ...file, url: urlFor(sha256, file.filename), hashes: { sha256 } }]
  }),
})
