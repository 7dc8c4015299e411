/** A percent-encoded text, decoded; null if it is not one. */
export const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
