import { expect, test } from 'vitest'
import { budgetFor } from '../../../shared/context/budget.ts'
import { buildContext, surroundings } from '../../../shared/context/build.ts'
import type { Cell, Leaves } from '../../../shared/notebook/notebook.ts'
import { readNotebook } from '../../../shared/notebook/document/read.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { plainCell } from '../../support/replicas.ts'
import { prompt, Table } from './table.ts'

const modesOfFiles: readonly Leaves[] = [
  {},
  { llm_notebook_mode: 'learning' },
  { solveit_dialog_mode: 'concise' },
  { solveit: { mode: 'learning', use_thinking: true } },
]

const sameAsShown = (random: Random): void => {
  const cells = Array.from({ length: 1 + random.below(12) }, (_, index): Cell => {
    const kind = random.pick(['code', 'note', 'prompt', 'sql', 'image', 'raw'])
    const cell = plainCell(`c${index}`, kind, 'word '.repeat(random.below(20) ** 3))
    const meta = { ...(random.chance(0.2) && { skipped: true }), ...(random.chance(0.2) && { pinned: true }) }
    if (kind === 'note' || random.chance(0.3)) return { ...cell, meta }
    const reply = kind === 'prompt' ? 'a reply' : null
    const leaf = { output_type: 'stream', name: 'stdout', text: 'out '.repeat(random.below(900)) }
    const input = { input: 500 + random.below(1_000), estimated: 1_000 }
    return {
      ...cell,
      meta,
      result: {
        run: null,
        count: null,
        status: 'done',
        reply,
        thinking: null,
        calls: [],
        outputs: kind === 'prompt' ? [] : [{ live: false, leaf }],
        ...(reply !== null && random.chance(0.5) ? { receipt: { model: 'a/b', ...input } } : {}),
      },
    }
  })
  const at = random.below(cells.length)
  cells[at] = plainCell('prompt', 'prompt', 'what is x?')
  const table = new Table(cells, random.pick(modesOfFiles))
  table.provider.maxInputTokens = random.pick([null, 2_000, 8_000])
  table.peer()
  const shown = buildContext(
    readNotebook(table.replicas.get(2)),
    prompt,
    surroundings(budgetFor(table.provider.maxInputTokens)),
  )
  table.ask('r1')
  const { system, messages, thinking } = table.provider.answer(0).request
  expect({ system, messages, thinking }).toEqual({
    system: shown?.system,
    messages: shown?.messages,
    thinking: shown?.thinking,
  })
}

test('the relay sends exactly the context that a page shows beforehand (random notebooks)', () => {
  for (let seed = 0; seed < 40; seed++) withSeed(seed, (random) => sameAsShown(random))
})
