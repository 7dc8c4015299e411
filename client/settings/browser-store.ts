// localStorage, which a browser may refuse to give. What could not be kept is forgotten with the page, and nothing
// else breaks; what is read back is parsed, as another version or another program may have written it.

export const readStored = <T>(key: string, parse: (value: unknown) => T | null): T | null => {
  try {
    const text = localStorage.getItem(key)
    return text === null ? null : parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null
    throw error
  }
}

/** Whether it was kept. */
export const writeStored = (key: string, value: unknown): boolean => {
  try {
    localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}

export const removeStored = (key: string): void => {
  try {
    localStorage.removeItem(key)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}

/** For the settings: what other tabs of this browser write is heard. */
export const browserHome = {
  read: (key: string): unknown => readStored(key, (value) => value ?? null),
  write: (key: string, value: unknown): void => void writeStored(key, value),
  listen: (listener: (key: string | null) => void): void =>
    window.addEventListener('storage', ({ key, storageArea }) => {
      if (storageArea === localStorage) listener(key)
    }),
}

/** The ends of the keys that begin like this. */
export const storedUnder = (prefix: string): readonly string[] => {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  } catch (error) {
    if (error instanceof DOMException) return []
    throw error
  }
}
