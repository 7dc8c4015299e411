import type { FileStatus } from '../../shared/presence.ts'
import type { OpenNotebook } from './open.ts'

const pending: Pick<FileStatus, 'status'> = { status: 'pending' }

/** The file status as the relay reports it. What the relay does not have yet cannot be in the file. */
export const shownFile = ({
  presence,
  sync,
}: OpenNotebook): Pick<FileStatus, 'status' | 'reason' | 'gone'> => {
  const file = presence.relay()?.file ?? pending
  return file.status === 'written' && sync !== 'saved' ? pending : file
}
