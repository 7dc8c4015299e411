// Sends the interpreter's files from our origin, or from the browser's cache, to its worker.
import { partNames, type PartName } from './parts.ts'
import type { PartMessage } from './protocol.ts'

/** Bytes needed before the interpreter starts, and its files with their SHA-256; set by pyodide-assets.ts. */
declare const __PYODIDE_BYTES__: number
declare const __PYODIDE_FILES__: {
  readonly [name in PartName]: { readonly file: string; readonly digest: string } | null
}

/**
 * From the service worker's cache without passing through it: such a blob only names its bytes, which nobody reads before
 * the worker does.
 */
const kept = async ({ file, digest }: { readonly file: string; readonly digest: string }) => {
  try {
    const response = await globalThis.caches?.match(`/pyodide/${file}`)
    return response?.headers.get('X-Checked-Digest') === digest ? response.blob() : null
  } catch {
    return null // The browser denies storage.
  }
}

/** Whether nothing large must be downloaded before Python starts. */
export const isKept = async (): Promise<boolean> => {
  const { snapshot } = __PYODIDE_FILES__
  return snapshot !== null && (await kept(snapshot)) !== null
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

/** `send` gets each part; `onProgress` a text to show. */
export const sendParts = async (
  indexURL: string,
  send: (message: PartMessage) => void,
  onProgress: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  let received = 0
  const counting = (): TransformStream<Uint8Array, Uint8Array> =>
    new TransformStream({
      transform(chunk, controller) {
        received += chunk.byteLength
        onProgress(
          received < __PYODIDE_BYTES__
            ? `downloading ${megabytes(received)} of ${megabytes(__PYODIDE_BYTES__)} MB`
            : 'loading Python',
        )
        controller.enqueue(chunk)
      },
    })
  const one = async (name: PartName): Promise<void> => {
    const missing = (reason: string): void => send({ type: 'part', name, content: null, reason })
    const built = __PYODIDE_FILES__[name]
    if (built === null) return missing('this build has none')
    const url = new URL(built.file, indexURL)
    try {
      const here = await kept(built)
      if (here !== null) return send({ type: 'part', name, content: here })
      const response = await fetch(url, { signal })
      if (!response.ok || response.body === null)
        return missing(`${url.pathname} answered ${response.status}`)
      const content = await new Response(response.body.pipeThrough(counting())).blob()
      send({ type: 'part', name, content })
    } catch (error) {
      if (!signal.aborted) missing(`${url.pathname} could not be loaded: ${String(error)}`)
    }
  }
  await Promise.all(partNames.map(one))
}
