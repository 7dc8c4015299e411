import { MemoryLog } from '../../../relay/log/memory.ts'
import { describeLogStore } from '../../contract/log-store.ts'

describeLogStore('memory', () => ({
  open: () => Promise.resolve(new MemoryLog()),
  reopen: null,
  end: () => Promise.resolve(),
}))
