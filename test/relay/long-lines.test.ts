// See test/shared/long-lines.test.ts: the relay answers nobody while it processes a line.
import { expect, test } from 'vitest'
import { titleOf } from '../../relay/files/listing.ts'
import { newCell } from '../../shared/notebook/notebook.ts'

test('the title of a note with a million # is found in linear time', () => {
  const hashes = '#'.repeat(1_000_000)
  expect(titleOf([newCell('note', `# Trees ${hashes}x`)])?.slice(0, 8)).toBe('Trees ##')
  expect(titleOf([newCell('note', '#  \t '), newCell('note', `# Trees ## ${hashes}`)])).toBe('Trees')
})
