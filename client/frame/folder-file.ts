// Images, sound and video beside the notebook, which outputs name by a relative path. The page fetches them, and only for a
// frame that can reach no server.
import type { Send } from './message.ts'

const waiting = new Map<string, (file: Blob | null) => void>()

const requested = new Map<string, Promise<Blob | null>>()

const folderFile = (url: string, send: Send): Promise<Blob | null> => {
  const before = requested.get(url)
  if (before) return before
  const file = new Promise<Blob | null>((resolve) => waiting.set(url, resolve))
  requested.set(url, file)
  send({ type: 'nb-file', url })
  return file
}

export const receiveFile = (url: string, file: Blob | null): void => waiting.get(url)?.(file)

/** Before anything is loaded. */
export const showFolderFiles = async (root: ParentNode, send: Send): Promise<void> => {
  const named = [...root.querySelectorAll(':is(img, video, audio, source)[src]')]
  await Promise.all(
    named.map(async (element) => {
      const url = element.getAttribute('src') ?? ''
      if (!/^[^/\\?#:][^\\:]*$/.test(url)) return
      const file = await folderFile(url, send)
      if (file !== null) element.setAttribute('src', URL.createObjectURL(file))
    }),
  )
}
