import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('no style rule makes the browser search all cells whenever one of them changes', () => {
  const files = ['client/style', 'client/output'].flatMap((folder) =>
    readdirSync(folder).flatMap((name) => (name.endsWith('.css') ? [join(folder, name)] : [])),
  )
  expect(files.length).toBeGreaterThan(10)
  for (const file of files)
    // Without a match, the browser has searched every descendant. Siblings are few.
    expect(readFileSync(file, 'utf8'), file).not.toMatch(
      /(?:^|[\s,])(?::root|html|body|main|nb-app|nb-page|nb-notebook)[^\s,{>]*:has\((?!\s*[+~])/m,
    )
})
