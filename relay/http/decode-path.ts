/** Null for invalid percent-encoding. */
export const decodePath = (encoded: string): string | null => {
  try {
    return decodeURIComponent(encoded)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
