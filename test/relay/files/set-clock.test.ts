// The computer's clock is set back while something waits: after sleep, or by time synchronisation.
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { notebookText, quickTimes, relayPresenceOf, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(async () => {
  vi.restoreAllMocks()
  await relay.stop()
})

const setBack = (): void => {
  const before = Date.now.bind(Date)
  vi.spyOn(Date, 'now').mockImplementation(() => before() - 3_600_000)
}

test('a file that could not be written before the clock was set back is written once it can be', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }, { times: quickTimes })
  const file = join(relay.folder, 'a.ipynb')
  const ana = await relay.synced('a.ipynb')
  await chmod(file, 0o444)
  sourceAt(ana.doc, 0).insert(0, 'typed ')
  await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('failed')
  setBack()
  await chmod(file, 0o644)
  await expect.poll(() => relay.file('a.ipynb'), soon).toContain('typed x')
})
