import { expect, test } from 'vitest'
import { budgetsField, budgetsInPresence } from '../../shared/presence.ts'

test('budgets are parsed from the relay’s presence, and invalid ones are ignored', () => {
  const written = [['anthropic', 60_000], ['ollama', 3_500], ['broken'], [7, 7], ['negative', -1], null]
  const state = JSON.parse(JSON.stringify({ [budgetsField]: written })) as unknown
  expect([...(budgetsInPresence(state) ?? [])]).toEqual([
    ['anthropic', 60_000],
    ['ollama', 3_500],
  ])
  expect(budgetsInPresence({ user: { name: 'Ana' } })).toBe(null)
  expect(budgetsInPresence({ [budgetsField]: 'all of them' })).toBe(null)
})
