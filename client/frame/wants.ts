// The servers that what is shown asked for and may not reach.

import { openFrameHosts } from '../../shared/frame-policy.ts'
import type { FromFrame } from './message.ts'

/** What this frame may reach. */
export const allowed = openFrameHosts(location.search)

const wanted = new Set<string>()

export function want(hosts: readonly string[], tell: (message: FromFrame) => void): void {
  const fresh = hosts.filter((host) => !wanted.has(host) && !allowed.includes(host))
  if (fresh.length === 0) return
  for (const host of fresh) wanted.add(host)
  tell({ type: 'nb-wants', hosts: [...wanted] })
}
