// Timers of a hidden tab run once a minute or not at all, but awareness drops a silent client after 30 seconds, and its
// kernel would look gone. A worker's timer is not throttled, and its messages arrive.

/** Calls `beat` every ten seconds, even when hidden. Returns a function that ends it. */
export const startHeartbeat = (beat: () => void): (() => void) => {
  const worker = new Worker(new URL('./heartbeat-worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', beat)
  return () => worker.terminate()
}
