import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../relay/logging/logger.ts'
import { ModelCaps, type CapSettings } from '../../relay/model-caps.ts'
import { costOf, parsePrices } from '../../relay/model-prices.ts'
import type { Admission } from '../../shared/model/caps.ts'
import { modelSettings } from '../support/model-settings.ts'

const none: CapSettings = { runsPerMinute: null, personTokens: null, notebookTokens: null, dayTokens: null }
const logger = createLogger('silent', 'text')
const [ana, ben] = ['ana', 'ben'].map((person) => ({ person, notebook: `notebook of ${person}` })) as [
  { person: string; notebook: string },
  { person: string; notebook: string },
]

let folder: string
let time: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-notebook-caps-'))
  time = new Date(2026, 10, 27, 12).getTime()
})
afterEach(() => rm(folder, { recursive: true }))

const open = (change: Partial<CapSettings>): Promise<ModelCaps> =>
  ModelCaps.open({ ...none, ...change }, join(folder, 'model-use.json'), () => time, logger)
const told = (admission: Admission): string => (admission.ok ? (admission.notice ?? '') : admission.reason)

describe('caps', () => {
  test('do not apply unless configured', async () => {
    const caps = await open({})
    for (let run = 0; run < 1_000; run++) {
      expect(caps.admit(ana)).toEqual({ ok: true, notice: null })
      caps.spend(ana, 1_000_000)
    }
    await caps.settled()
  })

  test.each([
    ['personTokens', 'for you', { ok: true, notice: null }],
    [
      'dayTokens',
      'for all users of this relay together',
      { ok: false, reason: expect.stringContaining('are used up') },
    ],
  ] as const)(
    '%s are announced at four fifths, and then exceeded until tomorrow',
    async (name, who, bens) => {
      const caps = await open({ [name]: 1_000 })
      caps.spend(ana, 799)
      expect(caps.admit(ana)).toEqual({ ok: true, notice: null })
      caps.spend(ana, 1)
      expect(told(caps.admit(ana))).toBe(`800 of the 1,000 tokens a day ${who} are used.`)
      caps.spend(ana, 250)
      expect(caps.admit(ana).ok).toBe(false)
      expect(told(caps.admit(ana))).toContain(
        `The 1,000 tokens a day ${who} are used up (1,050). Try again tomorrow`,
      )
      expect(caps.admit(ben)).toEqual(bens)
      time += 24 * 60 * 60 * 1_000
      expect(caps.admit(ana)).toEqual({ ok: true, notice: null })
      await caps.settled()
    },
  )

  test('on a notebook’s tokens apply to everyone in it', async () => {
    const caps = await open({ notebookTokens: 100 })
    caps.spend(ana, 100)
    expect(told(caps.admit({ ...ben, notebook: ana.notebook }))).toContain('for this notebook')
    expect(caps.admit({ ...ana, notebook: ben.notebook }).ok).toBe(true)
    await caps.settled()
  })

  test('on runs apply per minute and person', async () => {
    const caps = await open({ runsPerMinute: 5 })
    const said = [1, 2, 3, 4, 5, 6].map(() => {
      time += 1_000
      return told(caps.admit(ana))
    })
    expect(said).toEqual([
      '',
      '',
      '',
      '4 of 5 runs a minute are used.',
      '5 of 5 runs a minute are used.',
      'The limit is 5 runs per minute. Run it again in 55 s.',
    ])
    expect(caps.admit(ben).ok).toBe(true)
    time += 55_000
    expect(caps.admit(ana).ok).toBe(true)
  })

  test('keep the day’s counts over a restart, and a damaged file does not prevent the start', async () => {
    const before = await open({ personTokens: 100 })
    before.spend(ana, 60)
    before.spend(ana, 60)
    await before.settled()
    expect((await open({ personTokens: 100 })).admit(ana).ok).toBe(false)
    await writeFile(join(folder, 'model-use.json'), '{"day": 5')
    expect((await open({ personTokens: 100 })).admit(ana).ok).toBe(true)
  })
})

test('a price is for a model, or for that of one provider, and cached tokens have their own', () => {
  const prices = parsePrices('some-model=3/15/0.3, ollama/some-model=0/0')
  if (prices === null) throw new Error('these are prices')
  const usage = { input: 1_000_000, output: 100_000, cached: 500_000, thinking: null }
  expect(costOf(prices)('anthropic/some-model', usage)).toBe(3.15)
  expect(costOf(prices)('anthropic/some-model', { ...usage, cached: null })).toBe(4.5)
  expect(costOf(prices)('ollama/some-model', usage)).toBe(0)
  expect(costOf(prices)('anthropic/another', usage)).toBe(null)
  for (const text of ['m', 'm=', 'm=3', 'm=a/b', 'm=1/2/3/4', 'm=-1/2', '=1/2', 'm=1/2,'])
    expect([text, parsePrices(text)]).toEqual([text, null])
  expect(() => modelSettings({ LLM_PRICES: 'm=3' })).toThrow('LLM_PRICES')
  expect(() => modelSettings({ LLM_RUNS_PER_MINUTE: '0.5' })).toThrow('LLM_RUNS_PER_MINUTE')
})
