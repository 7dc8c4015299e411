import { APICallError } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { retryDelay, secondsAskedFor } from '../../../relay/providers/retry.ts'

const limited = (responseHeaders: Record<string, string>): APICallError =>
  new APICallError({
    message: 'slow down',
    url: 'x',
    requestBodyValues: {},
    statusCode: 429,
    responseHeaders,
  })

test.each([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after-ms': '1500' }, 2],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('%j is %s seconds', (headers, seconds) => {
  expect(secondsAskedFor(limited(headers as Record<string, string>))).toBe(seconds)
})

test.each([
  ['Please try again in 20s. Contact us if', 20],
  ['Please try again in 1m7.5s.', 68],
  ['Please retry in 34.07s.', 35],
  ['Please try again in 120ms', 1],
  ['[{"error": {"details": [{"@type": "…RetryInfo", "retryDelay": "34s"}]}}]', 34],
  ['Please try again in some time', null],
])('"%s" is %s seconds', (responseBody, seconds) => {
  const error = new APICallError({
    message: '',
    url: 'x',
    requestBodyValues: {},
    statusCode: 429,
    responseBody,
  })
  expect(secondsAskedFor(error)).toBe(seconds)
})

test.each([-86_400_000, 0, 3 * 3_600_000])(
  'a date to retry at is by the clock of the server, which differs by %s ms',
  (ahead) => {
    const now = Math.floor((Date.now() + ahead) / 1000) * 1000
    const headers = {
      date: new Date(now).toUTCString(),
      'retry-after': new Date(now + 7_000).toUTCString(),
    }
    expect(retryDelay(limited(headers), 0, 1)).toBe(7_000)
    expect(secondsAskedFor(limited(headers))).toBe(7)
  },
)
