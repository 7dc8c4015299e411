// What the notebooks lie in, opened: their files, and the relay's own folder for what is none of them.
import { join } from 'node:path'
import { DataFolder } from '../disk/data-folder.ts'
import { Folder } from './folder.ts'
import { FolderPlainFiles } from './folder-plain.ts'
import { isByGit } from './git.ts'
import type { NotebookFiles } from './notebook-files.ts'
import { ownFolder, type NotebookPath } from './path.ts'
import type { PlainFiles } from './plain.ts'

export interface Home {
  readonly files: NotebookFiles
  readonly plain: PlainFiles
  readonly data: DataFolder
  /** Whether git wrote a notebook's file, which takes back what it brought. */
  readonly isByGit: (path: NotebookPath) => Promise<boolean>
}

export const openFolder = async (path: string): Promise<Home> => {
  const files = await Folder.open(path)
  return {
    files,
    plain: new FolderPlainFiles(files),
    data: await DataFolder.open(join(files.root, ownFolder)),
    isByGit: (path) => isByGit(files.root, path),
  }
}
