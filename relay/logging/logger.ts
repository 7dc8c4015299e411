// Log lines: an event with its facts, on one line. Never content, tokens or keys: callers pass none.

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFormat = 'text' | 'json'

export type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface Logger {
  debug(event: string, facts?: Facts): void
  info(event: string, facts?: Facts): void
  warn(event: string, facts?: Facts): void
  error(event: string, facts?: Facts): void
}

const asText = (level: LogLevel, event: string, facts: Facts): string => {
  const pairs = Object.entries(facts).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  return `${new Date().toISOString()} ${level} ${event}${pairs.join('')}`
}

const asJson = (level: LogLevel, event: string, facts: Facts): string =>
  JSON.stringify({ time: new Date().toISOString(), level, event, ...facts })

export const createLogger = (
  least: LogLevel,
  format: LogFormat,
  write: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Logger => {
  const text = format === 'json' ? asJson : asText
  const at =
    (level: LogLevel) =>
    (event: string, facts: Facts = {}): void => {
      if (logLevels.indexOf(level) >= logLevels.indexOf(least)) write(text(level, event, facts))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The message of an error, for a log line or a notice. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
