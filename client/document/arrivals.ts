// Who comes and who leaves, for a screen reader.
import type { OpenNotebook } from './open.ts'

/** Milliseconds without a change: people who reload, and everybody after a lost connection, are gone only for a moment. */
const quiet = 3_000

/** Calls `say` until the returned function is called. */
export const followArrivals = (
  notebook: Pick<OpenNotebook, 'presence' | 'connected'>,
  user: () => string,
  say: (words: string) => void,
): (() => void) => {
  let before = new Map<string, string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const compare = (): void => {
    // Without a connection nobody is known to be there.
    if (!notebook.connected) return
    const now = new Map(
      notebook.presence
        .people()
        // A model has no id.
        .filter(({ id }) => id !== '' && id !== user())
        .map(({ id, name }) => [id, name]),
    )
    const news = [
      ...[...now].filter(([id]) => !before.has(id)).map(([, name]) => `${name} is here.`),
      ...[...before].filter(([id]) => !now.has(id)).map(([, name]) => `${name} has left.`),
    ]
    before = now
    if (news.length > 0) say(news.join(' '))
  }
  const stop = notebook.presence.onPeople(() => {
    clearTimeout(timer)
    timer = setTimeout(compare, quiet)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}
