// The relay's durable storage.
import type { DocumentCatalogue } from './document-catalogue.ts'
import type { Revisions } from './revisions.ts'
import type { UpdateLog } from './update-log.ts'

export interface Log {
  readonly updates: UpdateLog
  readonly catalogue: DocumentCatalogue
  readonly revisions: Revisions
  close(): Promise<void>
}
