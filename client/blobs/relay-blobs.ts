// Transfers blobs from and to the relay.
import { toBrowserPath } from '../base-path.ts'
import { urlOf } from '../../shared/api/route.ts'
import { routes } from '../../shared/api/routes.ts'
import { blobName } from '../../shared/notebook/output/blob.ts'

/** Null if the relay is unreachable, the blob does not arrive within `wait` seconds, or its digest does not match. */
export const fetchBlob = async (name: string, wait: number): Promise<Uint8Array | null> => {
  try {
    const response = await fetch(toBrowserPath(urlOf(routes.readBlob, name)), {
      headers: { Prefer: `wait=${wait}` },
    })
    if (!response.ok) return null
    const bytes = new Uint8Array(await response.arrayBuffer())
    return blobName(bytes) === name ? bytes : null
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Returns whether the relay has the blob now. */
export const sendBlob = async (name: string, bytes: Uint8Array): Promise<boolean> => {
  try {
    const existing = await fetch(toBrowserPath(urlOf(routes.readBlob, name)), { method: 'HEAD' })
    if (existing.ok) return true
    const response = await fetch(toBrowserPath(urlOf(routes.keepBlob, name)), {
      method: 'PUT',
      body: new Uint8Array(bytes),
    })
    return response.ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
