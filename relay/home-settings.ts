// NOTEBOOKS_DIR: a folder, a SQLite file or a bucket.
import type { Parsed } from './config.ts'

export interface BucketSettings {
  readonly bucket: string
  /** Prefix of each key, without slashes at its ends; '' for none. */
  readonly prefix: string
  /** Without a final slash. */
  readonly endpoint: string
  readonly region: string
  readonly key: string
  readonly secret: string
  /** Milliseconds between checks for changes by others. */
  readonly interval: number
}

export type HomeSettings =
  | { readonly type: 'folder'; readonly path: string }
  | { readonly type: 'sqlite'; readonly file: string }
  /** `data`: the folder for the log, because an update is on disk before it is acknowledged. */
  | { readonly type: 'bucket'; readonly bucket: BucketSettings; readonly data: string }

/** As written in the settings. */
export const nameOfHome = (home: HomeSettings): string => {
  switch (home.type) {
    case 'folder':
      return home.path
    case 'sqlite':
      return `sqlite:${home.file}`
    case 'bucket':
      return `s3://${[home.bucket.bucket, home.bucket.prefix].filter((part) => part !== '').join('/')}`
    default:
      throw new Error(`unknown home ${String(home satisfies never)}`)
  }
}

/** A setting by its name in the environment; null if not given. */
export type Get = (name: string) => string | null

export const readHome = (text: string, get: Get): Parsed<HomeSettings> => {
  // A single letter is a Windows drive.
  const [, scheme = null, rest = ''] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(text) ?? []
  if (scheme === null) return { ok: true, value: { type: 'folder', path: text } }
  if (scheme === 'sqlite')
    return /[^/\\]$/.test(rest) && !rest.startsWith('//')
      ? { ok: true, value: { type: 'sqlite', file: rest } }
      : refuse(`sqlite: is followed by a file, as in sqlite:./notebooks.db, not "${rest}"`)
  if (scheme === 's3') return readBucket(rest, get)
  return refuse(
    `NOTEBOOKS_DIR is a folder, sqlite:FILE or s3://BUCKET/PREFIX, not "${text}"; a folder of that name is "./${text}"`,
  )
}

const refuse = (problem: string): Parsed<never> => ({ ok: false, problem })

const readBucket = (rest: string, get: Get): Parsed<HomeSettings> => {
  const [, bucket = null, path = ''] = /^\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(rest) ?? []
  const prefix = path.replace(/\/$/, '')
  if (bucket === null || (prefix !== '' && !/^[^/\p{Cc}]+(?:\/[^/\p{Cc}]+)*$/u.test(prefix)))
    return refuse(`a bucket is written s3://BUCKET or s3://BUCKET/PREFIX, not "s3:${rest}"`)
  const [key, secret] = [get('AWS_ACCESS_KEY_ID'), get('AWS_SECRET_ACCESS_KEY')]
  if (key === null || secret === null)
    return refuse('s3:// needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment')
  if (get('AWS_SESSION_TOKEN') !== null)
    return refuse('temporary credentials (AWS_SESSION_TOKEN) cannot be used: they end while people write')
  const region = get('AWS_REGION') ?? get('AWS_DEFAULT_REGION') ?? 'us-east-1'
  const endpoint =
    get('AWS_ENDPOINT_URL_S3') ?? get('AWS_ENDPOINT_URL') ?? `https://s3.${region}.amazonaws.com`
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    return refuse(`AWS_ENDPOINT_URL starts with http:// or https://, and "${endpoint}" does not`)
  const seconds = Number(get('S3_POLL_SECONDS') ?? '3')
  if (!(seconds >= 0.1 && seconds <= 3600))
    return refuse('S3_POLL_SECONDS is a number of seconds from 0.1 to 3600')
  const settings = { bucket, prefix, endpoint: endpoint.replace(/\/+$/, ''), region, key, secret }
  return {
    ok: true,
    value: {
      type: 'bucket',
      bucket: { ...settings, interval: seconds * 1000 },
      data: get('DATA_DIR') ?? './.llm-notebook',
    },
  }
}
