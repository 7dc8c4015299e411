// The notebooks by folder, in the order people expect: folders first, and "2" before "10".

export interface TreeFolder<T> {
  /** '' for the whole, or without a slash at the end. */
  readonly path: string
  readonly name: string
  readonly folders: readonly TreeFolder<T>[]
  readonly notebooks: readonly T[]
  /** Notebooks in it and below. */
  readonly count: number
}

const { compare } = new Intl.Collator(undefined, { numeric: true })

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** `folders` are there although nothing may be in them. */
export const treeOf = <T extends { readonly path: string }>(
  all: readonly T[],
  folders: readonly string[] = [],
  path = '',
): TreeFolder<T> => {
  const start = path === '' ? 0 : path.length + 1
  const below = folders.filter((folder) => path === '' || folder.startsWith(`${path}/`))
  const inFolders = new Map<string, T[]>(
    below.flatMap((folder) => (folder.includes('/', start) ? [] : [[folder, []]])),
  )
  const notebooks: T[] = []
  for (const notebook of all) {
    const end = notebook.path.indexOf('/', start)
    if (end < 0) notebooks.push(notebook)
    else {
      const folder = notebook.path.slice(0, end)
      inFolders.set(folder, [...(inFolders.get(folder) ?? []), notebook])
    }
  }
  const byName = (a: { path: string }, b: { path: string }): number => compare(nameOf(a.path), nameOf(b.path))
  return {
    path,
    name: nameOf(path),
    folders: [...inFolders].map(([folder, inside]) => treeOf(inside, below, folder)).sort(byName),
    notebooks: notebooks.sort(byName),
    count: all.length,
  }
}
