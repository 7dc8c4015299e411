// Notebooks run by Python as it is installed, and JupyterLab on the same files.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** What makes pages comparable: no news, and no cells that are rendered only in view. */
const overrides = {
  '@jupyterlab/apputils-extension:notification': { checkForUpdates: false, fetchNews: 'false' },
  '@jupyterlab/notebook-extension:tracker': { windowingMode: 'none' },
}

export class Native {
  private lab: ChildProcess | null = null
  private readonly python: string
  /** The folder of its notebooks. */
  readonly folder: string

  constructor(python: string, folder: string) {
    this.python = python
    this.folder = folder
  }

  private start(program: string, ...args: readonly string[]): ChildProcess {
    const own = join(this.folder, '.jupyter')
    return spawn(join(this.python, 'bin', program), args, {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(this.python, 'bin')}:${process.env['PATH'] ?? ''}`,
        JUPYTER_DATA_DIR: own,
        JUPYTER_CONFIG_DIR: own,
        JUPYTER_RUNTIME_DIR: join(own, 'runtime'),
        JUPYTERLAB_SETTINGS_DIR: join(own, 'settings'),
        JUPYTERLAB_WORKSPACES_DIR: join(own, 'workspaces'),
        IPYTHONDIR: join(own, 'ipython'),
      },
    })
  }

  /**
   * Runs the scripts in notebooks/ and writes them as notebooks, signed so that their scripts are trusted.
   */
  async runNotebooks(): Promise<void> {
    const run = this.start('python', here('run-notebooks.py'), here('notebooks'), this.folder)
    let said = ''
    run.stderr?.on('data', (data: Buffer) => (said += data.toString()))
    const [code] = (await once(run, 'close')) as [number | null]
    if (code !== 0) throw new Error(`the notebooks could not be run: ${said.slice(-2_000)}`)
  }

  /** Resolves to the URL. */
  async startLab(): Promise<string> {
    const settings = join(this.python, 'share/jupyter/lab/settings')
    await mkdir(settings, { recursive: true })
    await writeFile(join(settings, 'overrides.json'), JSON.stringify(overrides))
    const root = process.getuid?.() === 0 ? ['--allow-root'] : []
    const lab = this.start(
      'jupyter-lab',
      '--no-browser',
      '--ip=127.0.0.1',
      '--port=0',
      '--IdentityProvider.token=',
      ...root,
    )
    this.lab = lab
    let said = ''
    return new Promise((resolve, reject) => {
      lab.stderr?.on('data', (data: Buffer) => {
        said += data.toString()
        const [, address] = /(http:\/\/127\.0\.0\.1:[1-9]\d*)\/lab/.exec(said) ?? []
        if (address !== undefined) resolve(address)
      })
      lab.once('close', () => reject(new Error(`JupyterLab ended: ${said.slice(-2_000)}`)))
    })
  }

  async close(): Promise<void> {
    const { lab } = this
    if (lab === null || lab.exitCode !== null) return
    const ended = once(lab, 'close')
    lab.kill('SIGTERM')
    await ended
  }
}
