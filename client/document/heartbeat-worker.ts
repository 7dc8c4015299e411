/** Milliseconds between beats; a third of what awareness waits before it forgets a client. */
export const beat = 10_000

declare const self: DedicatedWorkerGlobalScope

setInterval(() => self.postMessage(null), beat)
