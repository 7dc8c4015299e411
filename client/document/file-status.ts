import type { OpenNotebook } from './open.ts'

/** An edit the relay does not have yet cannot be in the file, whatever it last said of it. */
export const fileStatus = ({ presence, sync }: OpenNotebook): 'written' | 'pending' | 'failed' => {
  const file = presence.relay()?.file
  if (file === undefined || file.status === 'failed') return file?.status ?? 'pending'
  return sync === 'saved' ? file.status : 'pending'
}
