// Images, sound and video in the folder of the notebook, for outputs that name them.
import { folderImage, types } from './folder-image.ts'
import { ownFile } from './own-file.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  ...types,
  mp4: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
}

/** Null if there is no such file. */
export const folderMedia = async (url: string): Promise<Blob | null> => {
  const file = folderImage(url, mediaTypes)
  if (file === null) return null
  const own = await ownFile(file.path)
  if (own?.isNewer) return new Blob([own.bytes], { type: file.type })
  const response = await fetch(file.url)
  return response.ok ? new Blob([await response.arrayBuffer()], { type: file.type }) : null
}
