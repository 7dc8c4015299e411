// Addresses people type or bring along from Jupyter, in a browser and in a program.
import { afterEach, expect, test } from 'vitest'
import { TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())
const start = async (): Promise<void> => {
  relay = await TestRelay.start()
}

const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** Where a browser goes from there, or the status. */
const leadsTo = async (path: string, headers: Record<string, string> = {}): Promise<string | number> => {
  const { status, headers: answered } = await relay.raw(path, { ...browser, ...headers })
  return status === 302 ? new URL(String(answered['location']), `http://host${path}`).href : status
}

test('Jupyter’s addresses lead to the same notebook or folder', async () => {
  await start()
  for (const path of ['/lab', '/lab/', '/lab/tree', '/tree', '/tree/', '/notebooks'])
    expect([path, await leadsTo(path)]).toEqual([path, 'http://host/'])
  for (const path of [
    '/lab/tree/in/a%20b.ipynb?reset',
    '/lab/workspaces/auto-1/tree/in/a%20b.ipynb',
    '/lab/tree/RTC:in/a%20b.ipynb',
    '/doc/tree/in/a%20b.ipynb',
    '/notebooks/in/a%20b.ipynb',
  ])
    expect([path, await leadsTo(path)]).toEqual([path, 'http://host/notebook/in/a%20b.ipynb'])
  expect(await leadsTo('/lab/tree/in/sub%20%2B')).toBe('http://host/?folder=in/sub%20%2B')
  expect(await leadsTo('/tree/in/')).toBe('http://host/?folder=in')
})

test('they stay under the path of a proxy', async () => {
  await start()
  const { headers } = await relay.raw('/lab/tree/in/a%20b.ipynb', browser)
  expect(headers['location']).toBe('../../../notebook/in/a%20b.ipynb')
  expect(await leadsTo('/base/notebooks/x.ipynb', { 'X-Forwarded-Prefix': '/base' })).toBe(
    'http://host/base/notebook/x.ipynb',
  )
})

test('no address leads out of the folder or to another server', async () => {
  await start()
  for (const path of [
    '/lab/tree/..%2f..%2fetc',
    '/lab/tree//evil.example/a.ipynb',
    '/notebooks/%2fevil.example',
    '/tree/%5cevil.example',
    '/tree/.hidden',
    '/tree/%ff',
  ])
    expect([path, await leadsTo(path)]).toEqual([path, 404])
})

test('an address that has no page says so to a person, and to a program as before', async () => {
  await start()
  const page = await relay.raw('/x/%3Cscript%3E.ipynb', browser)
  expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  const text = page.body.toString()
  expect(text).toContain('There is nothing at this address')
  expect(text).toContain('<a href="../">All notebooks</a>')
  expect(text).not.toContain('<script')
  expect((await relay.raw('/in/a%20b.ipynb', browser)).body.toString()).toContain(
    '<a href="../notebook/in/a%20b.ipynb">Open the notebook in/a b.ipynb</a>',
  )
  for (const path of ['/nothing', '/lab/tree/in/a%20b.ipynb']) {
    const answer = await relay.raw(path, { Accept: '*/*' })
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([
      404,
      { error: { code: 'not_found', message: 'no such URL' } },
    ])
  }
})
