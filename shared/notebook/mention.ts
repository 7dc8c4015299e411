// Names with an @ in what people write to one another.

/** By this name a model is asked to answer. */
export const modelName = 'model'

/** Whether the text names this person: `@Ana`, also in the middle of a sentence, and not `@Anabel` or `x@Ana`. */
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
