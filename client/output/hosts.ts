// The servers that outputs of a notebook may load from: those its person named a button away, remembered in this browser
// and never in the document.

import { readStored, writeStored } from '../document/browser-store.ts'
import { Emitter } from '../../shared/emitter.ts'

export const isHost = (text: string): boolean =>
  URL.canParse(`https://${text}`) && new URL(`https://${text}`).host === text

/** The address of a frame that may reach them: what answers it reads them there, see shared/frame-policy.ts. */
export const openFrame = (hosts: readonly string[]): string =>
  `/frame/open.html?${hosts.map((host) => `host=${host}`).join('&')}`

const parse = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.filter((host) => typeof host === 'string' && isHost(host)) : null

export class OutputHosts {
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  /** Where this browser remembers nothing, as long as the page lives. */
  private now: readonly string[] = []

  /** `docId` of the notebook; null while it is not known. */
  constructor(private readonly docId: () => string | null) {}

  private get key(): string | null {
    const docId = this.docId()
    return docId === null ? null : `llm-notebook.hosts.${docId}`
  }

  get allowed(): readonly string[] {
    const { key } = this
    return (key === null ? null : readStored(key, parse)) ?? this.now
  }

  allow(hosts: readonly string[]): void {
    this.now = [...new Set([...this.allowed, ...hosts.filter(isHost)])]
    if (this.key !== null) writeStored(this.key, this.now)
    this.changed.emit()
  }
}
