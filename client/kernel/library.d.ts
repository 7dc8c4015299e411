/** Python's import folder for it, after a notebook's own packages. */
export const libraryFolder: string

/** Mounts the files; `FS` is Pyodide's. Their contents are not copied. */
export function mountLibrary(FS: unknown, packed: Uint8Array): void
