// localStorage, which a browser may deny. A value that cannot be stored is lost with the page, nothing else fails;
// values read are parsed, because another version may have written them.

export const readStored = <T>(key: string, parse: (value: unknown) => T | null): T | null => {
  try {
    const text = localStorage.getItem(key)
    return text === null ? null : parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null
    throw error
  }
}

/** Whether it was stored. */
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

/** Home of the settings; reports what other tabs write. */
export const browserHome = {
  read: (key: string): unknown => readStored(key, (value) => value ?? null),
  write: (key: string, value: unknown): void => void writeStored(key, value),
  listen: (listener: (key: string | null) => void): void =>
    window.addEventListener('storage', ({ key, storageArea }) => {
      if (storageArea === localStorage) listener(key)
    }),
}

/** The rest of all keys with this prefix. */
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
