import { expect, test } from 'vitest'
import { loadScript } from '../../../client/elements/load-script.ts'
import { soon } from '../../support/soon.ts'

test('a script that cannot be fetched is fetched later, and nobody hears of a failure', async () => {
  let calls = 0
  loadScript(() => (++calls === 1 ? Promise.reject(new Error('no relay')) : Promise.resolve()))
  await expect.poll(() => calls, soon).toBe(2)
})
