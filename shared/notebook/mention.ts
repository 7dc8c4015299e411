// Mentions in comments: a name after an @.

/** Mentioning this name asks the model to answer. */
export const modelName = 'model'

/** Whether the text mentions this name: `@Ana`, but not `@Anabel` or `x@Ana`. */
export const mentions = (text: string, name: string): boolean => {
  const wanted = `@${name.trim().toLowerCase()}`
  if (wanted === '@') return false
  const lower = text.toLowerCase()
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const [before, after] = [lower.slice(0, at), lower.slice(at + wanted.length)]
    if (!/[\p{L}\p{N}_@.]$/u.test(before) && !/^[\p{L}\p{N}_]/u.test(after)) return true
  }
  return false
}

export const mentionsModel = (text: string): boolean => mentions(text, modelName)
