// Tracks the hosts that the output tried to load from and that its policy blocks.

import { openFrameHosts } from '../../shared/frame-policy.ts'
import type { Send } from './message.ts'

export const allowedHosts = openFrameHosts(location.search)

const blocked = new Set<string>()

export const reportBlocked = (hosts: readonly string[], send: Send): void => {
  const fresh = hosts.filter((host) => !blocked.has(host) && !allowedHosts.includes(host))
  if (fresh.length === 0) return
  for (const host of fresh) blocked.add(host)
  send({ type: 'nb-blocked-hosts', hosts: [...blocked] })
}
