// Which file each open notebook was last seen in. So a file that is opened under a new path is known for the one that was
// moved there, before its notebook has missed it.

export interface SeenFile {
  readonly identity: string | null
  readonly digest: string | null
}

export class SeenFiles {
  private readonly byDocument = new Map<string, SeenFile>()

  see(docId: string, file: SeenFile | null): void {
    if (file === null) this.byDocument.delete(docId)
    else this.byDocument.set(docId, file)
  }

  /** The notebooks whose file this is. Only with the same content: a system gives the identity of a deleted file to a new one. */
  documentsOf({ identity, digest }: SeenFile): readonly string[] {
    if (identity === null || digest === null) return []
    const isIt = ([, seen]: readonly [string, SeenFile]): boolean =>
      seen.identity === identity && seen.digest === digest
    return [...this.byDocument].filter(isIt).map(([docId]) => docId)
  }
}
