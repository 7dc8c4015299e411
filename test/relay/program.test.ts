import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { parseSettings } from '../../relay/config.ts'
import { Program } from '../support/program.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { readSources, sourceAt } from '../support/sources.ts'

let folder: string
const programs: Program[] = []
const run = (args: readonly string[], env: Record<string, string> = {}): Program => {
  const program = new Program(args, env)
  programs.push(program)
  return program
}

beforeEach(async () => {
  folder = await newFolder()
})
afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const enter = async (port: number, path: string): Promise<WebsocketProvider> => {
  const provider = new WebsocketProvider(`ws://127.0.0.1:${port}/sync`, path, new Y.Doc(), {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  provider.messageHandlers[103] = () => undefined
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  return provider
}

describe('the program', () => {
  const wrong: [string, string[], Record<string, string>, RegExp][] = [
    ['an unknown flag', ['--prot', '1'], {}, /--prot/],
    ['a port that is not a number', ['--port', 'many'], {}, /PORT/],
    ['a port out of range', [], { PORT: '70000' }, /PORT/],
    ['a flag without its value', ['--port'], {}, /--port/],
    ['a second folder', ['one', 'two'], {}, /two/],
    ['an unknown provider', [], { LLM_PROVIDER: 'gpt' }, /LLM_PROVIDER/],
    [
      'a provider without its key',
      [],
      { LLM_PROVIDER: 'mock,anthropic', LLM_API_KEY: 'x' },
      /ANTHROPIC_API_KEY/,
    ],
    [
      'an invalid context length',
      [],
      { LLM_PROVIDER: 'ollama', OLLAMA_CONTEXT_LENGTH: 'long' },
      /OLLAMA_CONTEXT_LENGTH/,
    ],
    ['a provider without its URL', [], { LLM_PROVIDER: 'openai-compatible' }, /LLM_BASE_URL/],
    ['an invalid URL', [], { LLM_BASE_URL: 'localhost' }, /LLM_BASE_URL/],
    ['an invalid package server', [], { PYPI_URL: 'pypi' }, /PYPI_URL/],
    ['an unknown log level', [], { LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
    ['convert behind a flag', ['--port=1', 'convert', 'a', 'b'], {}, /convert comes first/],
  ]
  test.each(wrong)('refuses %s in one line', (_, args, env, line) => {
    const parsed = parseSettings(args, { NOTEBOOKS_DIR: folder, PORT: '0', ...env })
    if (parsed.ok) expect.fail('it was accepted')
    expect(parsed.problem).toMatch(/^[^\n]+$/)
    expect(parsed.problem).toMatch(line)
  })

  test('reports an invalid setting in one line and exits with 2', async () => {
    const program = run(['--prot', '1'])
    expect((await program.ended).code).toBe(2)
    expect(program.errors).toMatch(/^llm-notebook: unknown option --prot; [^\n]+\n$/)
    expect(program.output).toBe('')
  })

  test.each([
    [['--help'], /^llm-notebook \[FOLDER\] [^]*--port PORT/],
    [['convert', '-h'], /llm-notebook convert IN OUT/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('answers %j and ends', async (args, answer) => {
    const program = run(args)
    expect((await program.ended).code).toBe(0)
    expect(program.output).toMatch(answer)
    expect(program.errors).toBe('')
  })

  test('reports a port in use, and a folder in use, a damaged one and one that is a file, in one line each', async () => {
    const first = run([folder], { PORT: '0' })
    const port = await first.ready()
    const other = await newFolder()
    const file = join(other, 'file')
    await writeFile(file, '')
    const damaged = await newFolder()
    await mkdir(join(damaged, '.llm-notebook', 'lock.sqlite'), { recursive: true })
    await writeFile(join(damaged, '.llm-notebook', 'log.sqlite'), '')
    const cases: [string[], RegExp][] = [
      [[damaged, '--port=0'], /cannot be used: .*lock\.sqlite/],
      [['restore', join(damaged, 'a.ipynb')], /a\.ipynb could not be restored: .*lock\.sqlite/],
      [[other, '--port', String(port)], /in use/],
      [[folder, '--port=0'], /another LLM Notebook/],
      [[file, '--port=0'], /cannot be used/],
    ]
    const started = cases.map(([args, line]) => ({ args, line, program: run(args) }))
    for (const { args, line, program } of started) {
      expect([args, (await program.ended).code]).toEqual([args, 2])
      expect(program.errors).toMatch(/^llm-notebook: [^\n]+\n$/)
      expect(program.errors).toMatch(line)
    }
    for (const each of [other, damaged]) await rm(each, { recursive: true })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s writes log and file, closes the sockets and exits with 0',
    async (signal) => {
      await writeFile(join(folder, 'a.ipynb'), notebookText('x'))
      const program = run([folder], { PORT: '0' })
      const port = await program.ready()
      expect(program.output).toBe(
        `LLM Notebook is ready: http://127.0.0.1:${port}/ (notebooks in ${folder})\n`,
      )
      const [ana, ben] = [await enter(port, 'a.ipynb'), await enter(port, 'a.ipynb')]
      sourceAt(ana.doc, 0).insert(0, 'last ')
      await expect.poll(() => readSources(ben.doc), soon).toEqual(['last x'])
      const closed = new Promise<number>((resolve) =>
        ana.once('connection-close', (event) => resolve(event?.code ?? 0)),
      )
      const ended = await program.stop(signal)
      expect(ended).toEqual({ code: 0, signal: null })
      expect(await closed).toBe(1001)
      for (const provider of [ana, ben]) provider.destroy()
      expect(await readFile(join(folder, 'a.ipynb'), 'utf8')).toContain('last x')
      expect(program.errors).toBe('')
      const again = run([folder], { PORT: '0' })
      const carla = await enter(await again.ready(), 'a.ipynb')
      expect(readSources(carla.doc)).toEqual(['last x'])
      carla.destroy()
    },
  )

  test('with --open shows the welcome notebook, later the list, and reports a missing browser', async () => {
    const [browser, shown] = [join(folder, 'browser'), join(folder, 'shown')]
    await writeFile(browser, `#!/bin/sh\necho "$1" >> '${shown}'\n`, { mode: 0o755 })
    const home = join(folder, 'new')
    const open = async (program: string): Promise<{ readonly port: number; readonly errors: string }> => {
      const opened = run([home, '--open', '--token', 'secret'], { PORT: '0', BROWSER: program })
      const port = await opened.ready()
      if (program === browser) await expect.poll(() => readFile(shown, 'utf8'), soon).toContain(`:${port}/`)
      else await expect.poll(() => opened.errors, soon).toContain('cannot be opened')
      await opened.stop()
      return { port, errors: opened.errors }
    }
    const first = await open(browser)
    const second = await open(browser)
    expect(await readFile(shown, 'utf8')).toBe(
      `http://127.0.0.1:${first.port}/notebook/welcome.ipynb?token=secret\nhttp://127.0.0.1:${second.port}/?token=secret\n`,
    )
    expect(first.errors + second.errors).toBe('')
    expect((await open(join(folder, 'no-such'))).errors).toMatch(/^llm-notebook: [^\n]+\n$/)
  })

  test('adds the welcome notebook once, to an empty folder only, and not again after its deletion', async () => {
    const notebooks = async () => (await readdir(folder)).filter((name) => name.endsWith('.ipynb'))
    const first = run([folder], { PORT: '0' })
    const port = await first.ready()
    expect(await notebooks()).toEqual(['welcome.ipynb'])
    await fetch(`http://127.0.0.1:${port}/api/notebooks/welcome.ipynb`, { method: 'DELETE' })
    await first.stop()
    const second = run([folder], { PORT: '0' })
    await second.ready()
    expect(await notebooks()).toEqual([])
    await second.stop()
    const full = join(folder, 'full')
    await mkdir(full)
    await writeFile(join(full, 'mine.ipynb'), notebookText('x'))
    const third = run([full], { PORT: '0' })
    await third.ready()
    expect((await readdir(full)).sort()).toEqual(['.llm-notebook', 'mine.ipynb'])
  })
})
