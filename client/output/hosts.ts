import { toBrowserPath } from '../base-path.ts'
import { Allowed } from './allowed.ts'

export const isHost = (text: string): boolean =>
  URL.canParse(`https://${text}`) && new URL(`https://${text}`).host === text

/** The URL of a frame that may load from these hosts, see shared/frame-policy.ts. */
export const openFrameUrl = (hosts: readonly string[]): string =>
  toBrowserPath(`/frame/open.html?${hosts.map((host) => `host=${host}`).join('&')}`)

/** The hosts that the outputs of a notebook may load from. */
export class OutputHosts extends Allowed {
  constructor(docId: () => string | null) {
    super('hosts', isHost, docId)
  }
}
