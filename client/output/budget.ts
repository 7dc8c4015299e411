// How much of the page's time one output may take by talking to it. Its scripts are anybody's, and what they post is
// heard in the page's own thread.

/** A message costs one, and so does each millisecond it takes here. */
const perSecond = 300
/** A widget that starts says a lot at once. */
const most = 3_000

export class Budget {
  private left = most
  private at = performance.now()

  /** Does `action` at the output's cost; false where it has spent all it may, and nothing was done. */
  spend(action: () => void): boolean {
    const start = performance.now()
    this.left = Math.min(most, this.left + ((start - this.at) / 1_000) * perSecond)
    this.at = start
    if (this.left < 1) return false
    action()
    this.left -= 1 + performance.now() - start
    return true
  }
}
