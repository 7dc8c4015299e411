// The packages that Python has from the start are downloaded once by the build, and only those of its list.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fetchWheels } from '../../scripts/fetch-wheels.js'
import { PackageServer } from '../support/package-server.ts'
import { newFolder } from '../support/relay.ts'
import { wheel, type Wheel } from '../support/wheel.ts'

const alpha = wheel('alpha', {})
const beta = wheel('beta', {})
const listed = ({ project, filename, sha256 }: Wheel) => ({
  name: project,
  version: '1.0',
  file: filename,
  sha256,
})

test('the build downloads, checks and keeps the wheels of its list, and stops if one is unavailable', async () => {
  const index = await PackageServer.open()
  const folder = await newFolder()
  onTestFinished(async () => {
    await index.close().catch(() => undefined)
    await rm(folder, { recursive: true })
  })
  index.publish('alpha', alpha)
  const from = `${index.origin}/simple`
  const list = [alpha, beta].map(listed)

  await expect(fetchWheels(list, folder, from)).rejects.toThrow(
    `could not be downloaded from ${from}/ (set PYPI_URL to use another index):\n  ${beta.filename}: ${from}/beta/ answered 404\n`,
  )
  expect(await readFile(join(folder, alpha.filename))).toEqual(alpha.bytes)

  index.publish('beta', { ...beta, bytes: alpha.bytes })
  await expect(fetchWheels(list, folder, from)).rejects.toThrow(/has sha256 [0-9a-f]{64} instead of/)
  index.publish('beta', beta)
  await fetchWheels(list, folder, from)
  expect(await readFile(join(folder, beta.filename))).toEqual(beta.bytes)

  // Kept without an index; a kept file with another digest counts as missing.
  await index.close()
  await fetchWheels(list, folder, from)
  await writeFile(join(folder, beta.filename), 'half')
  await expect(fetchWheels(list, folder, from)).rejects.toThrow(beta.filename)
})
