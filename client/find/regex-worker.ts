import { matchesIn } from './matches.ts'
import type { PartText } from './search.ts'

declare const self: DedicatedWorkerGlobalScope

self.addEventListener(
  'message',
  ({ data }: MessageEvent<{ texts: readonly PartText[]; pattern: RegExp }>) => {
    self.postMessage(data.texts.flatMap((text) => matchesIn(text, data.pattern)))
  },
)
