// What the page calls saved is on the relay's disk; what anybody has seen survives a crash of the relay.
import { afterEach, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { Program } from '../support/program.ts'
import { Random } from '../support/random.ts'
import { notebookText } from '../support/relay.ts'
import { SlowDisk } from '../support/slow-disk.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
let program: Program | null = null
let disk = new SlowDisk()
afterEach(async () => {
  disk.release()
  await program?.stop('SIGKILL')
  await app?.close()
  app = program = null
})

test('"saved" waits for a delayed fsync', async () => {
  disk = new SlowDisk()
  app = await App.start({ 'a.ipynb': notebookText('first') }, { syncFile: disk.syncFile })
  const [ana, ben] = [await app.writer('a.ipynb'), await app.writer('a.ipynb')]
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  // Records every state of the status line from here on.
  await ana.page.evaluate(() => {
    const status = document.querySelector<HTMLElement>('nb-status')
    if (status === null) throw new Error('there is no status line')
    const said: string[] = []
    new MutationObserver(() => said.push(status.dataset['sync'] ?? '')).observe(status, {
      attributeFilter: ['data-sync'],
    })
    Object.assign(window, { said })
  })
  const said = (): Promise<string[]> =>
    ana.page.evaluate(() => (window as unknown as { said: string[] }).said)

  disk.hold()
  await ana.type(1, ' and more')
  await expect.poll(() => ben.text(1), soon).toBe('first and more')
  await expect.poll(() => disk.waiting, soon).toBeGreaterThan(0)
  await ana.until('sync', 'unsaved')
  expect(await ana.status.getAttribute('data-file')).toBe('pending')
  // Everything else continues meanwhile.
  await ben.type(1, ', as ben saw')
  await expect.poll(() => ana.text(1), soon).toBe('first and more, as ben saw')
  const since = await said()
  expect(new Set(since.slice(since.indexOf('unsaved')))).toEqual(new Set(['unsaved']))

  disk.release()
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  expect((await said()).at(-1)).toBe('saved')
})

test('kill -9 of the relay loses nothing that another browser saw', async () => {
  const seed = Date.now() % 1_000_000
  const random = new Random(seed)
  app = await App.start({ 'a.ipynb': notebookText('', '') })
  const { folder, origin } = app
  const port = new URL(origin).port
  await app.stopRelay()
  for (let round = 0; round < 2; round++) {
    program = new Program([folder, '--port', port])
    await program.ready()
    const [ana, ben] = [await app.writer('a.ipynb'), await app.writer('a.ipynb')]
    await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
    const before = (await ben.text(1)).length
    await ana.into(1)
    await ana.page.keyboard.press('Control+End')
    const enough = before + 1 + random.below(25)
    const typing = ana.page.keyboard.type(`round ${round} of what is typed until the relay is gone. `, {
      delay: 5,
    })
    await expect.poll(() => ben.text(1), { ...soon, interval: 1 }).toSatisfy((text) => text.length >= enough)
    await program.stop('SIGKILL')
    await typing
    const [seen, typed] = [await ben.text(1), await ana.text(1)]
    // Both are closed, so that no page can send the relay what it has lost.
    await Promise.all([ana.context.close(), ben.context.close()])

    program = new Program([folder, '--port', port])
    await program.ready()
    const cara = await app.writer('a.ipynb')
    await cara.until('sync', 'saved')
    // The relay may have stored a character more than it had time to send on.
    const kept = await cara.text(1)
    const told = `seed ${seed}, round ${round}: ${kept}`
    expect([kept.startsWith(seen), typed.startsWith(kept)], told).toEqual([true, true])
    await cara.context.close()
    await program.stop()
  }
})

test('pages that outlive a killed relay send it what it had not received, once', async () => {
  app = await App.start({ 'a.ipynb': notebookText('first', 'second') })
  const { folder, origin } = app
  const port = new URL(origin).port
  await app.stopRelay()
  program = new Program([folder, '--port', port])
  await program.ready()
  const [ana, ben] = [await app.writer('a.ipynb'), await app.writer('a.ipynb')]
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  await ana.type(1, ' before')
  await expect.poll(() => ben.text(1), soon).toBe('first before')
  await program.stop('SIGKILL')
  await Promise.all([ana.until('sync', 'offline'), ben.until('sync', 'offline')])
  await ana.type(1, ' and after')
  await ben.type(2, ' by ben')
  program = new Program([folder, '--port', port])
  await program.ready()
  for (const person of [ana, ben]) {
    await person.until('sync', 'saved')
    await expect.poll(() => person.text(1), soon).toBe('first before and after')
    await expect.poll(() => person.text(2), soon).toBe('second by ben')
    expect(await person.page.locator('nb-cell').count()).toBe(2)
    expect(person.complaints).toEqual([])
  }
})
