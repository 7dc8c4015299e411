// The settings, parsed once from the command line and the environment; flags win. README.md lists them.
import { readHome, type Get, type HomeSettings } from './home-settings.ts'
import { logLevels, type LogFormat, type LogLevel } from './logging/logger.ts'
import type { Tokens } from './http/security.ts'
import type { CapSettings } from './model-caps.ts'
import { parsePrices, type Prices } from './model-prices.ts'
import type { ConfiguredProvider, GivenSettings } from './providers/descriptor.ts'
import { ollama } from './providers/ollama.ts'
import { descriptors, type ChosenProviders } from './providers/registry.ts'

export interface ModelSettings extends ChosenProviders {
  readonly caps: CapSettings
  readonly prices: Prices
}

export interface PackageSettings {
  /** Base URL of the wheels of Pyodide's distribution, with a final slash; null: its CDN. */
  readonly distribution: string | null
  /** URL of a package index (PEP 691), with a final slash. */
  readonly index: string
  /** Further origins that files of the index may come from. */
  readonly files: readonly string[]
  /** Where archives of sources come from, with a slash at the end. */
  readonly github: string
}

export interface Settings {
  /** 0 for any free port. */
  readonly port: number
  readonly host: string
  /** Storage of the notebooks; paths are relative to the working directory. */
  readonly home: HomeSettings
  /** By role. If `write` is null, no token is needed on loopback, and one is generated for any other address. */
  readonly tokens: Tokens
  /** Public origins of a proxy, as `https://host[:port]`. */
  readonly publicOrigins: readonly string[]
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  readonly model: ModelSettings
  readonly packages: PackageSettings
  /** Opens the page in the browser. */
  readonly open: boolean
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** An invalid setting; has the one-line message. */
class SettingProblem extends Error {}

const flags = {
  port: 'PORT',
  host: 'HOST',
  token: 'NOTEBOOK_TOKEN',
  'token-read': 'NOTEBOOK_TOKEN_READ',
  'token-comment': 'NOTEBOOK_TOKEN_COMMENT',
} as const

const readArguments = (args: readonly string[]): { values: Map<string, string>; folder: string | null } => {
  const values = new Map<string, string>()
  let folder: string | null = null
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-')) {
      if (arg === 'convert' && folder === null)
        throw new SettingProblem('convert comes first: llm-notebook convert IN OUT')
      if (folder !== null)
        throw new SettingProblem(`only one location of notebooks can be given, and "${arg}" is a second one`)
      folder = arg
      continue
    }
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (arg === '--open') {
      values.set('OPEN', 'yes')
      continue
    }
    if (!Object.hasOwn(flags, name))
      throw new SettingProblem(
        `unknown option ${arg}; there are --open ${Object.keys(flags)
          .map((flag) => `--${flag}`)
          .join(' ')}`,
      )
    const value = inline ?? rest.shift()
    if (value === undefined || value === '') throw new SettingProblem(`--${name} needs a value`)
    values.set(flags[name as keyof typeof flags], value)
  }
  return { values, folder }
}

const readPort = (text: string): number => {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new SettingProblem(`PORT is a number from 0 to 65535, not "${text}"`)
  return port
}

const oneOf = <T extends string>(name: string, text: string, choices: readonly T[]): T => {
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new SettingProblem(`${name} is one of ${choices.join(', ')}, not "${text}"`)
  return found
}

const readUrl = (name: string, text: string): URL => {
  if (!URL.canParse(text))
    throw new SettingProblem(`${name} is an address such as https://example.org, not "${text}"`)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SettingProblem(`${name} starts with http:// or https://, and "${text}" does not`)
  }
  return url
}

/** LLM_… belong to the first provider; each also has its own settings, such as ANTHROPIC_API_KEY. */
const givenTo = (id: string, isFirst: boolean, get: Get): GivenSettings => {
  const prefix = id.toUpperCase().replaceAll('-', '_')
  const given: Get = (name) => get(`${prefix}_${name}`) ?? (isFirst ? get(`LLM_${name}`) : null)
  return {
    apiKey: given('API_KEY'),
    baseUrl: given('BASE_URL'),
    model: given('MODEL'),
    imageModel: given('IMAGE_MODEL'),
    contextLength: given('CONTEXT_LENGTH'),
  }
}

const readProvider = (id: string, isFirst: boolean, get: Get): ConfiguredProvider => {
  const descriptor = descriptors.find((each) => each.id === id)
  if (descriptor === undefined)
    throw new SettingProblem(
      `LLM_PROVIDER names ${descriptors.map((each) => each.id).join(', ')}, not "${id}"`,
    )
  const found = descriptor.configure(givenTo(id, isFirst, get))
  if (!found.ok) throw new SettingProblem(found.problem)
  return found.value
}

const readCap = (name: string, get: Get): number | null => {
  const text = get(name)
  if (text === null) return null
  const cap = Number(text)
  if (!Number.isInteger(cap) || cap < 1)
    throw new SettingProblem(`${name} is a whole number from 1, not "${text}"`)
  return cap
}

const readPrices = (text: string | null): Prices => {
  const prices = text === null ? new Map<string, never>() : parsePrices(text)
  if (prices === null)
    throw new SettingProblem(
      `LLM_PRICES is dollars for a million tokens in and out, as in claude-sonnet-5-5=3/15,llama=0/0, not "${text}"`,
    )
  return prices
}

const readModel = (get: Get): ModelSettings => {
  const named = get('LLM_PROVIDER') ?? (get('LLM_BASE_URL') === null ? '' : 'openai-compatible')
  const ids = [...new Set(named.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  const [first, ...others] = ids.map((id, index) => readProvider(id, index === 0, get))
  if (first === undefined) readProvider(ollama.id, true, get)
  return {
    providers: first === undefined ? null : [first, ...others],
    // LLM_API_KEY belongs to a named provider and is not sent to a detected one.
    detected: { ...givenTo(ollama.id, true, get), apiKey: get('OLLAMA_API_KEY') },
    caps: {
      runsPerMinute: readCap('LLM_RUNS_PER_MINUTE', get),
      personTokens: readCap('LLM_TOKENS_PER_PERSON', get),
      notebookTokens: readCap('LLM_TOKENS_PER_NOTEBOOK', get),
      dayTokens: readCap('LLM_TOKENS_PER_DAY', get),
    },
    prices: readPrices(get('LLM_PRICES')),
  }
}

const readTokens = (get: Get): Tokens => {
  const tokens = {
    read: get('NOTEBOOK_TOKEN_READ'),
    comment: get('NOTEBOOK_TOKEN_COMMENT'),
    write: get('NOTEBOOK_TOKEN'),
  }
  const given = Object.values(tokens).filter((token) => token !== null)
  if (new Set(given).size < given.length)
    throw new SettingProblem('each role needs a token of its own, and two of them are the same')
  return tokens
}

const withSlash = ({ href }: URL): string => href.replace(/\/*$/, '/')

const readPackages = (get: Get): PackageSettings => {
  const distribution = get('PYODIDE_PACKAGES_URL')
  const files = (get('PYPI_FILES_URL') ?? 'https://files.pythonhosted.org').split(',')
  return {
    distribution: distribution === null ? null : withSlash(readUrl('PYODIDE_PACKAGES_URL', distribution)),
    index: withSlash(readUrl('PYPI_URL', get('PYPI_URL') ?? 'https://pypi.org/simple/')),
    files: files
      .filter((text) => text.trim() !== '')
      .map((text) => readUrl('PYPI_FILES_URL', text.trim()).origin),
    github: withSlash(readUrl('GITHUB_URL', get('GITHUB_URL') ?? 'https://github.com/')),
  }
}

const valueOf = <T>(parsed: Parsed<T>): T => {
  if (!parsed.ok) throw new SettingProblem(parsed.problem)
  return parsed.value
}

/** Files of settings are often read with the quotes of their values, as by `docker run --env-file`. */
const unquoted = (text: string): string => /^(["'])(.*)\1$/s.exec(text)?.[2]?.trim() ?? text

/** `args` without the program's name. Empty settings count as not given. */
export const parseSettings = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Parsed<Settings> => {
  try {
    const { values, folder } = readArguments(args)
    const get: Get = (name) => values.get(name) ?? (unquoted(env[name]?.trim() ?? '') || null)
    const origins = (get('PUBLIC_ORIGIN') ?? '').split(',').filter((text) => text.trim() !== '')
    return {
      ok: true,
      value: {
        port: readPort(get('PORT') ?? '8484'),
        host: get('HOST') ?? '127.0.0.1',
        home: valueOf(readHome(folder ?? get('NOTEBOOKS_DIR') ?? './notebooks', get)),
        tokens: readTokens(get),
        publicOrigins: origins.map((text) => readUrl('PUBLIC_ORIGIN', text.trim()).href),
        logLevel: oneOf('LOG_LEVEL', get('LOG_LEVEL') ?? 'warn', logLevels),
        logFormat: oneOf('LOG_FORMAT', get('LOG_FORMAT') ?? 'text', ['text', 'json']),
        model: readModel(get),
        packages: readPackages(get),
        open: values.has('OPEN'),
      },
    }
  } catch (error) {
    if (error instanceof SettingProblem) return { ok: false, problem: error.message }
    throw error
  }
}
