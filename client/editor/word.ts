// The name at the caret, within a limited range: a line may have any length.

/** UTF-16 units; longer than any name written by hand. */
const maxLength = 200

export const wordBefore = (text: string): string => /[\p{L}\p{N}_]*$/u.exec(text.slice(-maxLength))?.[0] ?? ''
export const wordAfter = (text: string): string =>
  /^[\p{L}\p{N}_]*/u.exec(text.slice(0, maxLength))?.[0] ?? ''
