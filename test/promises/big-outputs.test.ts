// An output over 16 kB is stored apart from the notebook, in this browser and on the relay, and inside the
// file.
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

/** Shows a grey PNG whose bytes do not compress, made by Python's own modules. */
const plot = (width: number): string => `import os, struct, zlib
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
rows = b''.join(b'\\0' + os.urandom(${width}) for _ in range(200))
class Figure:
    def _repr_png_(self):
        head = struct.pack('>IIBBBBB', ${width}, 200, 8, 0, 0, 0, 0)
        return b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')
Figure()`

/** The natural width of the image that is shown. */
const width = (person: Person): Promise<number> =>
  person
    .output(1)
    .locator('img')
    .evaluate((image) => (image as HTMLImageElement).naturalWidth)

const imageInFile = async (): Promise<Buffer> => {
  const { cells } = JSON.parse((await app?.file('a.ipynb')) ?? '') as {
    cells: { outputs: { data?: Record<string, string> }[] }[]
  }
  return Buffer.from(cells[0]?.outputs[0]?.data?.['image/png'] ?? '', 'base64')
}
/** The width stored in the PNG. */
const widthInFile = async (): Promise<number> => {
  const image = await imageInFile()
  return image.length > 24 ? image.readUInt32BE(16) : 0
}

test('a large image is shown to everyone, survives an offline reload and is in the file', async () => {
  app = await App.start({ 'a.ipynb': notebookText(plot(1000), plot(1100)) })
  const [ana, ben] = [await app.person('a.ipynb'), await app.writer('a.ipynb')]
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  await ana.run(1)
  await expect.poll(() => width(ana), soon).toBe(1000)
  await expect.poll(() => width(ben), soon).toBe(1000)
  await expect.poll(widthInFile, soon).toBe(1000)
  expect((await imageInFile()).length).toBeGreaterThan(200_000)

  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.into(1)
  await ana.page.keyboard.press('Control+a')
  await ana.page.keyboard.insertText(plot(1100))
  await ana.run(1)
  await expect.poll(() => width(ana), soon).toBe(1100)
  await ana.cellIs(1, 'done')
  await ana.page.reload()
  await expect.poll(() => width(ana), soon).toBe(1100)

  await app.startRelay()
  await expect.poll(() => width(ben), soon).toBe(1100)
  await expect.poll(widthInFile, soon).toBe(1100)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
