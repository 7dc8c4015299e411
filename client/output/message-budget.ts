// Rate limit for messages from an output's frame. Its scripts are untrusted, and the page handles their messages on its
// main thread.

/** Each message costs one unit, plus one per millisecond of handling it. */
const perSecond = 300
/** Allows bursts, because a widget sends many messages when it starts. */
const max = 3_000

export class MessageBudget {
  private left = max
  private at = performance.now()

  /** Runs `action` and subtracts its cost. Returns false without running it if the budget is used up. */
  spend(action: () => void): boolean {
    const start = performance.now()
    this.left = Math.min(max, this.left + ((start - this.at) / 1_000) * perSecond)
    this.at = start
    if (this.left < 1) return false
    action()
    this.left -= 1 + performance.now() - start
    return true
  }
}
