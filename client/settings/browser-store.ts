// localStorage, which a browser may deny. A value that cannot be stored is lost with the page, nothing else fails;
// values read are parsed, because another version may have written them.

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

/** Whether it was stored. */
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

/** Home of the settings; reports what other tabs write. */
export const browserHome = {
  read: (key: string): unknown => readStored(key, (value) => value ?? null),
  write: (key: string, value: unknown): void => void writeStored(key, value),
  listen: (listener: (key: string | null) => void): void =>
    window.addEventListener('storage', ({ key, storageArea }) => {
      if (storageArea !== localStorage || key?.startsWith(here) === false) return
      listener(key?.slice(here.length) ?? null)
    }),
}

/** The rest of all keys with this prefix. */
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
