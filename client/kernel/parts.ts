// The interpreter's files in its worker: only the page can fetch them, and sends each as it arrives.
import type { loadPyodide } from 'pyodide'
import { distributionPath } from './packages.ts'
import { mountLibrary } from './library.js'
import type { PartMessage } from './protocol.ts'
import { load, type Loaded } from './snapshot.ts'
import { hideWaitingStacks } from './waiting-stacks.ts'

/** `packages` is the file of library.js. */
export const partNames = [
  'pyodide.mjs',
  'pyodide.asm.mjs',
  'pyodide.asm.wasm',
  'python_stdlib.zip',
  'pyodide-lock.json',
  'snapshot',
  'packages',
] as const
export type PartName = (typeof partNames)[number]

interface Slot {
  readonly promise: Promise<Blob>
  readonly resolve: (content: Blob) => void
  readonly reject: (reason: unknown) => void
}

export class Parts {
  private readonly parts = new Map<string, Slot>()

  private slot(name: string): Slot {
    let slot = this.parts.get(name)
    if (slot === undefined) {
      slot = newSlot()
      // Whoever awaits it handles the error.
      slot.promise.catch(() => undefined)
      this.parts.set(name, slot)
    }
    return slot
  }

  came(message: PartMessage): void {
    const slot = this.slot(message.name)
    if (message.content === null) slot.reject(new Error(message.reason))
    else slot.resolve(message.content)
  }

  get(name: PartName): Promise<Blob> {
    return this.slot(name).promise
  }

  async bytes(name: PartName): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.get(name)).arrayBuffer())
  }
}

const newSlot = (): Slot => {
  let slot: Omit<Slot, 'promise'> | null = null
  const promise = new Promise<Blob>((resolve, reject) => (slot = { resolve, reject }))
  return { promise, ...(slot as unknown as Omit<Slot, 'promise'>) }
}

type CreateModule = NonNullable<NonNullable<Parameters<typeof loadPyodide>[0]>['createPyodideModule']>

const importModule = async (script: Blob): Promise<unknown> => {
  const url = URL.createObjectURL(script.slice(0, script.size, 'text/javascript'))
  try {
    return await import(/* @vite-ignore */ url)
  } finally {
    URL.revokeObjectURL(url)
  }
}

/** `pendingSignal`: see withCompiled. */
export const loadFrom = async (
  parts: Parts,
  origin: string,
  pendingSignal: () => number,
): Promise<Loaded> => {
  const compiled = parts.bytes('pyodide.asm.wasm').then((bytes) => WebAssembly.compile(bytes))
  const [script, assembly, library, lock] = await Promise.all([
    parts.get('pyodide.mjs').then(importModule) as Promise<{ loadPyodide: typeof loadPyodide }>,
    parts.get('pyodide.asm.mjs').then(importModule) as Promise<{ default: CreateModule }>,
    parts.get('python_stdlib.zip'),
    parts.get('pyodide-lock.json').then((blob) => blob.text()),
  ])
  const stdLibURL = URL.createObjectURL(library)
  const options = {
    indexURL: `${origin}/pyodide/`,
    packageBaseUrl: origin + distributionPath,
    lockFileContents: lock,
    stdLibURL,
    createPyodideModule: assembly.default,
  }
  const { failed, restore } = withCompiled(compiled, pendingSignal)
  try {
    const loading = load(script.loadPyodide, options, parts.bytes('snapshot'))
    const packed = await parts.bytes('packages')
    const loaded = await Promise.race([loading, failed])
    mountLibrary(loaded.pyodide.FS, packed)
    return loaded
  } finally {
    restore()
    URL.revokeObjectURL(stdLibURL)
  }
}

/** Python calls it to learn of signals, several times for each printed line. */
const signalCheck = '_Py_CheckEmscriptenSignals_Helper'

/**
 * Pyodide fetches its WebAssembly by its own URL: until `restore` is called, it gets the compiled module, with changed
 * imports. It would wait for ever for one that does not start: `failed` rejects then.
 * Python gets signals from `pendingSignal`: through Pyodide's interrupt buffer, printing takes twice the time.
 */
const withCompiled = (
  compiled: Promise<WebAssembly.Module>,
  pendingSignal: () => number,
): { readonly failed: Promise<never>; readonly restore: () => void } => {
  const { fetch } = globalThis
  const { instantiateStreaming } = WebAssembly
  const instantiate = async (imports: WebAssembly.Imports) => {
    const module = await compiled
    const { env } = imports
    if (env?.[signalCheck] === undefined) throw new Error('Pyodide does not ask for signals')
    env[signalCheck] = pendingSignal
    let instance: WebAssembly.Instance | null = null
    hideWaitingStacks(env, () => instance?.exports['memory'])
    instance = await WebAssembly.instantiate(module, imports)
    return { module, instance }
  }
  const failed = new Promise<never>((_, reject) => {
    compiled.catch(reject)
    WebAssembly.instantiateStreaming = async (_response, imports = {}) => {
      const instantiated = instantiate(imports)
      instantiated.catch(reject)
      return instantiated
    }
  })
  failed.catch(() => undefined)
  globalThis.fetch = (input, init) =>
    String(input).endsWith('/pyodide.asm.wasm') ? Promise.resolve(new Response()) : fetch(input, init)
  const restore = (): void => {
    globalThis.fetch = fetch
    WebAssembly.instantiateStreaming = instantiateStreaming
  }
  return { failed, restore }
}
