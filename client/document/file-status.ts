import type { FileStatus } from '../../shared/presence.ts'
import type { OpenNotebook } from './open.ts'

const pending: Pick<FileStatus, 'status'> = { status: 'pending' }

/** Where the relay says the file stands. What it does not have yet is in no file, whatever it last said. */
export const shownFile = ({
  presence,
  sync,
}: OpenNotebook): Pick<FileStatus, 'status' | 'reason' | 'gone'> => {
  const file = presence.relay()?.file ?? pending
  return file.status === 'written' && sync !== 'saved' ? pending : file
}
