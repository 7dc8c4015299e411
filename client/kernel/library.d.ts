/** Where Python finds them: behind what a notebook installs. */
export const libraryFolder: string

/** Puts the files where Python finds them; `FS` is Pyodide's. Their contents stay where they are. */
export function mountLibrary(FS: unknown, packed: Uint8Array): void
