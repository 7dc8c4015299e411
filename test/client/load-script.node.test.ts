import { expect, test } from 'vitest'
import { loadScript } from '../../client/load-script.ts'
import { soon } from '../support/soon.ts'

test('a script that cannot be fetched is fetched again later, and the failure is not thrown', async () => {
  let calls = 0
  const load = (): Promise<void> =>
    ++calls === 1 ? Promise.reject(new Error('no relay')) : Promise.resolve()
  loadScript(load)
  loadScript(load)
  expect(calls).toBe(1)
  await expect.poll(() => calls, soon).toBe(2)
})
