// The hosts that the outputs of a notebook may load from, as allowed by the user. Stored in this browser only, not in the
// document.

import { toBrowserPath } from '../base-path.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'
import { Emitter } from '../../shared/emitter.ts'

export const isHost = (text: string): boolean =>
  URL.canParse(`https://${text}`) && new URL(`https://${text}`).host === text

/** The URL of a frame that may load from these hosts, see shared/frame-policy.ts. */
export const openFrameUrl = (hosts: readonly string[]): string =>
  toBrowserPath(`/frame/open.html?${hosts.map((host) => `host=${host}`).join('&')}`)

const parse = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.filter((host) => typeof host === 'string' && isHost(host)) : null

export class OutputHosts {
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  /** Used if the browser's storage is not available. */
  private inMemory: readonly string[] = []

  /** Null while the notebook's docId is not known. */
  constructor(private readonly docId: () => string | null) {}

  private get key(): string | null {
    const docId = this.docId()
    return docId === null ? null : `llm-notebook.hosts.${docId}`
  }

  get allowed(): readonly string[] {
    const { key } = this
    return (key === null ? null : readStored(key, parse)) ?? this.inMemory
  }

  allow(hosts: readonly string[]): void {
    this.inMemory = [...new Set([...this.allowed, ...hosts.filter(isHost)])]
    if (this.key !== null) writeStored(this.key, this.inMemory)
    this.changed.emit()
  }
}
