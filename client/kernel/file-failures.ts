import { inputOutputError, noSuchFile, notPermitted } from './memory-files.ts'

interface Failure {
  readonly errno: number
  readonly message: string
}

/** By the name of the page's error: Python's errno and the message. */
const failures: Readonly<Record<string, Failure>> = {
  unreachable: {
    errno: inputOutputError,
    message: 'is not cached, and the relay cannot be reached',
  },
  'too large': { errno: inputOutputError, message: 'is larger than the size limit' },
  gone: { errno: noSuchFile, message: 'was deleted' },
  'not allowed': {
    errno: notPermitted,
    message: 'may not be read by this notebook (allow it in the status line)',
  },
  NotSupportedError: {
    errno: inputOutputError,
    message: 'can be read in this browser only if the cell contains its name (no shared memory)',
  },
}
const failed: Failure = { errno: inputOutputError, message: 'cannot be read' }

/** The errno and message for a folder file that could not be fetched. */
export const failureOf = ({ name }: Error): Failure => failures[name] ?? failed
