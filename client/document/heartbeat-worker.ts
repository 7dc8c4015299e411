/** Milliseconds between beats; a third of awareness's timeout for a silent client. */
export const beat = 10_000

declare const self: DedicatedWorkerGlobalScope

setInterval(() => self.postMessage(null), beat)
