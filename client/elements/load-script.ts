/** Milliseconds after which a script that could not be fetched is tried again. */
const retryDelay = 5_000

/** Loads a script that the page can do without for a while: where it cannot be fetched, until it can. */
export const loadScript = (load: () => Promise<unknown>): void =>
  void load().catch(() => setTimeout(() => loadScript(load), retryDelay))
