// Images, sound and video in the folder of the notebook, for outputs that name them.
import { readFile } from './folder-file.ts'
import { folderImage, types } from './folder-image.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  ...types,
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
}

/** Null if the URL is not that of such a file. Rejects with an Error if it cannot be read. */
export const folderMedia = async (url: string): Promise<Blob | null> => {
  const file = folderImage(url, mediaTypes)
  if (file === null) return null
  const read = await readFile(file, null)
  return read && new Blob([read.bytes], { type: file.type })
}
