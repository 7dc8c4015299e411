// Validates the worker's host calls.
import { isPath } from '../files/folder.ts'
import type { NewFile } from '../files/store.ts'
import type { HostCall } from './host-call.ts'
import { isStrings } from './shapes.ts'
import { isRecord } from '../../shared/record.ts'

/** UTF-16 units of a path, and of a text shown to the person. */
const maxPathLength = 1_024
const maxTargetLength = 2_048
/** Files stored or removed at once. */
const maxFiles = 50_000

/** URLs at the relay that lead only to packages. */
const packagePath =
  /^\/(?:pyodide\/packages\/[\w.+!-]+|pypi\/files\/[0-9a-f]{64}\/[\w.+!-]+|pypi\/simple\/[\w.-]+\/?|pypi\/github\/[\w-]+\/[\w.-]+\/[\w.+%-]+)$/
const digest = /^(?:sha(?:256|384|512)-[\w+/=]+)?$/

/** A file path; a folder's ends in a slash. */
const isStoredPath = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= maxPathLength && isPath(value.replace(/\/$/, ''))

const newFile = (value: unknown): NewFile | null => {
  if (!isRecord(value)) return null
  const { path, modified, from, changed, bytes } = value
  if (!isStoredPath(path) || !(bytes instanceof Uint8Array) || typeof changed !== 'boolean') return null
  if (typeof modified !== 'number' || !Number.isFinite(modified)) return null
  if (from !== null && typeof from !== 'string') return null
  return { path, modified, from, changed, bytes: bytes as Uint8Array<ArrayBuffer> }
}

export const parseHostCall = (value: unknown): HostCall | null => {
  if (!isRecord(value)) return null
  const { path } = value
  switch (value['what']) {
    case 'stored':
    case 'listing':
      return { what: value['what'] }
    case 'content':
      return isStoredPath(path) && typeof value['version'] === 'string'
        ? { what: 'content', path, version: value['version'] }
        : null
    case 'store': {
      const files = value['files']
      if (!Array.isArray(files) || files.length > maxFiles) return null
      const parsed = files.map(newFile).filter((file) => file !== null)
      return parsed.length === files.length ? { what: 'store', files: parsed } : null
    }
    case 'unstore': {
      const paths = value['paths']
      return isStrings(paths) && paths.length <= maxFiles && paths.every(isStoredPath)
        ? { what: 'unstore', paths }
        : null
    }
    case 'folder-file':
      return isPath(path) && path.length <= maxPathLength ? { what: 'folder-file', path } : null
    case 'package': {
      const { integrity } = value
      if (typeof path !== 'string' || path.length > maxPathLength || !packagePath.test(path)) return null
      if (typeof integrity !== 'string' || !digest.test(integrity)) return null
      // `..` and `.` match these letters too.
      return path.split('/').some((name) => /^\.+$/.test(name)) ? null : { what: 'package', path, integrity }
    }
    case 'network': {
      const { target } = value
      return typeof target === 'string' ? { what: 'network', target: target.slice(0, maxTargetLength) } : null
    }
    default:
      return null
  }
}
