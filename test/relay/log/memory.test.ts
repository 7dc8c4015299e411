import { MemoryLog } from '../../support/memory-log.ts'
import { describeDocumentCatalogue } from '../../contract/document-catalogue.ts'
import { describeRevisions } from '../../contract/revisions.ts'
import { describeUpdateLog } from '../../contract/update-log.ts'

for (const describeIt of [describeUpdateLog, describeDocumentCatalogue, describeRevisions])
  describeIt('memory', () => ({
    open: () => Promise.resolve(new MemoryLog()),
    reopen: null,
    end: () => Promise.resolve(),
  }))
