// localStorage, which a browser may refuse to give. What could not be kept is forgotten with the page, and nothing
// else breaks; what is read back is parsed, as another version or another program may have written it.

import { basePath } from '../base-path.ts'

/** Another relay may be under another path of the same origin. */
const here = basePath === '/' ? '' : basePath
const inHere = (key: string): string => here + key

export const readStored = <T>(key: string, parse: (value: unknown) => T | null): T | null => {
  try {
    const text = localStorage.getItem(inHere(key))
    return text === null ? null : parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null
    throw error
  }
}

/** Whether it was kept. */
export const writeStored = (key: string, value: unknown): boolean => {
  try {
    localStorage.setItem(inHere(key), JSON.stringify(value))
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}

export const removeStored = (key: string): void => {
  try {
    localStorage.removeItem(inHere(key))
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
      if (storageArea !== localStorage || key?.startsWith(here) === false) return
      listener(key?.slice(here.length) ?? null)
    }),
}

/** The ends of the keys that begin like this. */
export const storedUnder = (prefix: string): readonly string[] => {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(inHere(prefix)))
      .map((key) => key.slice(inHere(prefix).length))
  } catch (error) {
    if (error instanceof DOMException) return []
    throw error
  }
}
