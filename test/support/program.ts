// The built relay as a separate process, which tests can stop and kill.
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../dist/relay/main.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class Program {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  output = ''
  errors = ''

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.process = spawn(process.execPath, [main, ...args], {
      // Tests ignore model servers that happen to run on this machine.
      env: {
        PATH: process.env['PATH'] ?? '',
        ...(env['LLM_BASE_URL'] === undefined ? { LLM_PROVIDER: 'mock' } : {}),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process.stdout?.on('data', (chunk) => (this.output += String(chunk)))
    this.process.stderr?.on('data', (chunk) => (this.errors += String(chunk)))
    this.ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => resolve({ code, signal })),
    )
  }

  /** The port, once the relay has printed its address. */
  async ready(): Promise<number> {
    const printed = new Promise<number>((resolve) => {
      const look = (): void => {
        const [, port] = /ready: http:\/\/[^:]+:(\d+)\//.exec(this.output) ?? []
        if (port !== undefined) resolve(Number(port))
      }
      this.process.stdout?.on('data', look)
      look()
    })
    const ended = this.ended.then(({ code }) => {
      throw new Error(`the relay ended with ${code}: ${this.errors}`)
    })
    return Promise.race([printed, ended])
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.process.kill(signal)
    return this.ended
  }
}
