// Limits the use of models, and warns before a limit is reached. The day's counts are stored, so that they survive a
// restart.
import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import type { Caps, Spender } from '../shared/model/caps.ts'
import { isMissing, writeAtomically } from './disk/atomic.ts'
import { messageOf, type Logger } from './logging/logger.ts'

/** Null: no limit. Tokens include input and output. */
export interface CapSettings {
  readonly runsPerMinute: number | null
  readonly personTokens: number | null
  readonly notebookTokens: number | null
  readonly dayTokens: number | null
}

const spent = z.object({
  day: z.string(),
  people: z.record(z.string(), z.number()),
  notebooks: z.record(z.string(), z.number()),
  all: z.number(),
})

const minute = 60_000
/** The share of a limit from which people are warned. */
const nearly = 0.8

const count = (tokens: number): string => tokens.toLocaleString('en')
/** By the relay's clock. */
const dayOf = (time: number): string => {
  const date = new Date(time)
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].join('-')
}

export class ModelCaps implements Caps {
  private day: string
  private readonly people = new Map<string, number>()
  private readonly notebooks = new Map<string, number>()
  private all = 0
  /** When each person's runs of the last minute began. */
  private readonly runs = new Map<string, readonly number[]>()
  private writing: Promise<void> = Promise.resolve()

  private constructor(
    private readonly caps: CapSettings,
    private readonly file: string,
    private readonly now: () => number,
    private readonly logger: Logger,
  ) {
    this.day = dayOf(now())
  }

  /** A file that cannot be read counts as none. */
  static async open(caps: CapSettings, file: string, now: () => number, logger: Logger): Promise<ModelCaps> {
    const opened = new ModelCaps(caps, file, now, logger)
    try {
      const read = spent.parse(JSON.parse(await readFile(file, 'utf8')))
      if (read.day === opened.day) {
        for (const [person, tokens] of Object.entries(read.people)) opened.people.set(person, tokens)
        for (const [notebook, tokens] of Object.entries(read.notebooks))
          opened.notebooks.set(notebook, tokens)
        opened.all = read.all
      }
    } catch (error) {
      if (!isMissing(error))
        logger.warn('the model usage of today could not be read', { reason: messageOf(error) })
    }
    return opened
  }

  private turnDay(): void {
    const today = dayOf(this.now())
    if (today === this.day) return
    this.day = today
    this.people.clear()
    this.notebooks.clear()
    this.all = 0
  }

  readonly admit: Caps['admit'] = ({ person, notebook }, what = 'run') => {
    this.turnDay()
    const now = this.now()
    const { runsPerMinute, personTokens, notebookTokens, dayTokens } = this.caps
    const recent = (this.runs.get(person) ?? []).filter((time) => now - time < minute)
    const [oldest] = recent
    if (what === 'run' && runsPerMinute !== null && oldest !== undefined && recent.length >= runsPerMinute)
      return {
        ok: false,
        reason: `The limit is ${runsPerMinute} runs per minute. Run it again in ${Math.ceil((oldest + minute - now) / 1_000)} s.`,
      }
    const counted = [
      ['you', personTokens, this.people.get(person) ?? 0],
      ['this notebook', notebookTokens, this.notebooks.get(notebook) ?? 0],
      ['all users of this relay together', dayTokens, this.all],
    ] as const
    for (const [who, cap, used] of counted)
      if (cap !== null && used >= cap)
        return {
          ok: false,
          reason: `The ${count(cap)} tokens a day for ${who} are used up (${count(used)}). Try again tomorrow, or ask the operator of the relay to raise the limit.`,
        }
    if (what === 'run') this.runs.set(person, [...recent, now])
    const notices = counted.flatMap(([who, cap, used]) =>
      cap !== null && used >= cap * nearly
        ? [`${count(used)} of the ${count(cap)} tokens a day for ${who} are used.`]
        : [],
    )
    if (runsPerMinute !== null && runsPerMinute > 1 && recent.length + 1 >= runsPerMinute * nearly)
      notices.push(`${recent.length + 1} of ${runsPerMinute} runs a minute are used.`)
    return { ok: true, notice: notices.length === 0 ? null : notices.join(' ') }
  }

  readonly spend = ({ person, notebook }: Spender, tokens: number): void => {
    this.turnDay()
    this.people.set(person, (this.people.get(person) ?? 0) + tokens)
    this.notebooks.set(notebook, (this.notebooks.get(notebook) ?? 0) + tokens)
    this.all += tokens
    const { day, people, notebooks, all } = this
    const content = JSON.stringify({
      day,
      people: Object.fromEntries(people),
      notebooks: Object.fromEntries(notebooks),
      all,
    })
    this.writing = this.writing.then(() => this.write(content))
  }

  private async write(content: string): Promise<void> {
    try {
      await writeAtomically(this.file, content)
    } catch (error) {
      this.logger.warn('the model usage could not be saved', { reason: messageOf(error) })
    }
  }

  /** Resolves when all counts are on disk. */
  settled(): Promise<void> {
    return this.writing
  }
}
