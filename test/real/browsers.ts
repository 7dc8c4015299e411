// Stock Firefox by WebDriver BiDi, and WebKitGTK’s small browser by plain WebDriver: a page in either, with
// what the tests here need.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from 'puppeteer-core'
import type { WebKit } from '../../scripts/real-browsers.js'
import { patience } from '../support/app.ts'

export interface RealPage {
  open(address: string): Promise<void>
  /** Runs a function body, which may await, and returns its value. */
  value<T>(body: string): Promise<T>
  click(selector: string): Promise<void>
  type(text: string): Promise<void>
  /** One key, or Control and one key. */
  press(key: 'Enter' | 'Escape', control?: boolean): Promise<void>
}

export interface RealBrowser {
  /** A tab of the same person; WebKit has only one. */
  page(): Promise<RealPage>
  close(): Promise<void>
}

export const startFirefox = async (executablePath: string): Promise<RealBrowser> => {
  const browser = await launch({ browser: 'firefox', executablePath, headless: true })
  return {
    page: async () => {
      const page = await browser.newPage()
      await page.setViewport({ width: 1200, height: 900 })
      return {
        open: async (address) => void (await page.goto(address, { waitUntil: 'domcontentloaded' })),
        value: <T>(body: string) => page.evaluate(`(async () => {${body}})()`) as Promise<T>,
        click: (selector) => page.locator(selector).setTimeout(patience).click(),
        type: (text) => page.keyboard.type(text),
        press: async (key, control = false) => {
          if (control) await page.keyboard.down('Control')
          await page.keyboard.press(key)
          if (control) await page.keyboard.up('Control')
        },
      }
    },
    close: () => browser.close(),
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Key codes of WebDriver. */
const keyOf = { Enter: '\uE007', Escape: '\uE00C', Control: '\uE009' } as const

export const startWebKit = async ({ driver, browser }: WebKit): Promise<RealBrowser> => {
  const home = await mkdtemp(join(tmpdir(), 'llm-notebook-webkit-'))
  const started: ChildProcess[] = []
  const program = (
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): ChildProcess => {
    const made = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    })
    started.push(made)
    return made
  }
  const screen = program('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'])
  const display = await new Promise<string>((resolve, reject) => {
    screen.stdout?.once('data', (data: Buffer) => resolve(`:${data.toString().trim()}`))
    screen.once('exit', () => reject(new Error('Xvfb ended')))
  })
  const port = await freePort()
  program(driver, [`--port=${port}`], {
    DISPLAY: display,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    // WebKit’s own sandbox needs what root lacks in a container.
    ...(process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}),
  })
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { value } = (await response.json()) as { value: unknown }
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`)
    return value
  }
  const session = async (): Promise<string> => {
    const capabilities = {
      alwaysMatch: {
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
      },
    }
    for (let left = 100; ; left--) {
      try {
        return ((await ask('POST', '/session', { capabilities })) as { sessionId: string }).sessionId
      } catch (error) {
        // The driver does not listen yet.
        if (!(error instanceof TypeError) || left === 0) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
  const at = `/session/${await session()}`
  await ask('POST', `${at}/timeouts`, { script: 2 * patience, pageLoad: 2 * patience })
  const keys = (...words: readonly string[]): Promise<unknown> => {
    const down = words.map((value) => ({ type: 'keyDown', value }))
    const up = words.toReversed().map((value) => ({ type: 'keyUp', value }))
    return ask('POST', `${at}/actions`, { actions: [{ type: 'key', id: 'keys', actions: [...down, ...up] }] })
  }
  const page: RealPage = {
    open: async (url) => void (await ask('POST', `${at}/url`, { url })),
    value: async <T>(body: string) => {
      const script = `const done = arguments[arguments.length - 1]
        ;(async () => {${body}})().then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const said = (await ask('POST', `${at}/execute/async`, { script, args: [] })) as {
        value: T
        error?: string
      }
      if (said.error !== undefined) throw new Error(said.error)
      return said.value
    },
    click: async (value) => {
      const found = (await ask('POST', `${at}/element`, { using: 'css selector', value })) as Record<
        string,
        string
      >
      await ask('POST', `${at}/element/${Object.values(found)[0] ?? ''}/click`, {})
    },
    type: async (text) => {
      for (const letter of text) await keys(letter)
    },
    press: async (key, control = false) =>
      void (await (control ? keys(keyOf.Control, keyOf[key]) : keys(keyOf[key]))),
  }
  return {
    page: () => Promise.resolve(page),
    close: async () => {
      await ask('DELETE', at).catch(() => undefined)
      for (const each of started.toReversed()) each.kill()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
