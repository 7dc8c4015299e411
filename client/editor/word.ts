// The name a caret stands at. Only so much is looked at: a line may be as long as anybody makes it.

/** UTF-16 units; no name that anybody wrote by hand is longer. */
const maxLength = 200

export const wordBefore = (text: string): string => /[\p{L}\p{N}_]*$/u.exec(text.slice(-maxLength))?.[0] ?? ''
export const wordBehind = (text: string): string =>
  /^[\p{L}\p{N}_]*/u.exec(text.slice(0, maxLength))?.[0] ?? ''
