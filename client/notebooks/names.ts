// Names of notebooks in `[[links]]`, which are relative to the folder of the notebook they are in.
import { keptPaths } from '../document/histories.ts'
import { listNotebooks } from '../document/notebooks-api.ts'
import { withoutEnding } from './notebook-path.ts'

/** Milliseconds for which the list is cached. */
const fresh = 10_000

export interface Named {
  readonly path: string
  /** Its first heading; '' if unknown. */
  readonly title: string
}

let last: { readonly at: number; readonly names: Promise<readonly Named[]> } | null = null

/** All notebooks; offline, those in this browser. */
export const notebookNames = (): Promise<readonly Named[]> => {
  if (last === null || Date.now() - last.at > fresh)
    last = {
      at: Date.now(),
      names: listNotebooks().then((listed) =>
        listed.ok
          ? listed.notebooks.filter(({ reason }) => reason === undefined)
          : keptPaths().map((path) => ({ path, title: '' })),
      ),
    }
  return last.names
}

/** The name of the notebook at `path` in a link of the one at `here`. */
export const linkName = (path: string, here: string): string => {
  const [to, from] = [withoutEnding(path).split('/'), here.split('/').slice(0, -1)]
  let shared = 0
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/')
}
