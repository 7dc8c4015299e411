// The message with the epoch is lost: without it a page could not store the updates it receives.
import { expect, test } from 'vitest'
import { messageEpoch } from '../../shared/protocol.ts'
import { notebookText, TestRelay } from '../support/relay.ts'
import { SimulatedPage } from '../support/simulated-page.ts'
import { until } from '../support/until.ts'
import { Wire } from '../support/wire.ts'

test('a page ignores updates until it knows their epoch, and reconnects if it is not told', async () => {
  const relay = await TestRelay.start({ 'a.ipynb': notebookText('first') })
  const wire = await Wire.start(relay.origin)
  const trace: string[] = []
  const page = new SimulatedPage(wire.origin, 'a.ipynb', (what) => trace.push(what.split(' ')[0] ?? ''))
  try {
    let lost = 0
    wire.drops = ([type]) => type === messageEpoch && lost++ === 0
    page.open()
    await until(() => page.settled())
    expect(lost).toBe(2)
    expect(trace.indexOf('has')).toBeGreaterThan(trace.indexOf('hears'))
  } finally {
    page.close()
    await wire.stop()
    await relay.stop()
  }
})
