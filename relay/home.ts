// The opened storage of notebooks: their files, and a folder for the relay's own data.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, writeAtomically } from './disk/atomic.ts'
import { DataFolder } from './disk/data-folder.ts'
import { DiskFolders } from './files/disk-folders.ts'
import { Folder } from './files/folder.ts'
import { FolderPlainFiles } from './files/folder-plain.ts'
import type { Folders } from './files/folders.ts'
import { gitAbove, noGit, type Git } from './files/git.ts'
import type { NotebookFiles } from './files/notebook-files.ts'
import { ownFolder } from './files/path.ts'
import type { PlainFiles } from './files/plain.ts'
import { nameOfHome, type HomeSettings } from './home-settings.ts'
import type { SqliteFile } from './log/sqlite-file.ts'
import { ObjectFiles } from './objects/object-files.ts'
import { ObjectFolders } from './objects/object-folders.ts'
import { ObjectPlainFiles } from './objects/object-plain.ts'
import type { ObjectStore } from './objects/object-store.ts'
import { S3Objects } from './objects/s3-objects.ts'
import { SqliteObjects } from './objects/sqlite-objects.ts'

export interface HomeFiles {
  readonly files: NotebookFiles
  readonly plain: PlainFiles
  readonly folders: Folders
  readonly git: Git
}

export interface Home {
  readonly data: DataFolder
  /** The log's file, which may also contain the notebooks. */
  readonly log: string
  readonly open: (log: SqliteFile) => HomeFiles
}

export const openFolder = async (path: string): Promise<HomeFiles & Home> => {
  const files = await Folder.open(path)
  const plain = new FolderPlainFiles(files)
  const folders = new DiskFolders(files)
  const home = { files, plain, folders, git: gitAbove(files.root) }
  const data = await DataFolder.open(join(files.root, ownFolder))
  return { ...home, data, log: data.at('log.sqlite'), open: () => home }
}

const ofObjects = (objects: ObjectStore): HomeFiles => ({
  files: new ObjectFiles(objects),
  plain: new ObjectPlainFiles(objects),
  folders: new ObjectFolders(objects),
  git: noGit,
})

export const openHome = async (settings: HomeSettings): Promise<Home> => {
  switch (settings.type) {
    case 'folder':
      return openFolder(settings.path)
    case 'sqlite': {
      const data = await DataFolder.open(`${settings.file}-data`)
      return { data, log: settings.file, open: (log) => ofObjects(new SqliteObjects(log)) }
    }
    case 'bucket': {
      const data = await DataFolder.open(settings.data)
      const home = ofObjects(await S3Objects.open(settings.bucket))
      await claim(data, nameOfHome(settings))
      return { data, log: data.at('log.sqlite'), open: () => home }
    }
    default:
      throw new Error(`unknown home ${String(settings satisfies never)}`)
  }
}

/** With the log of another bucket, all files would count as outside edits. */
const claim = async (data: DataFolder, name: string): Promise<void> => {
  const file = data.at('home')
  const known = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (known === null) await writeAtomically(file, name)
  else if (known !== name) throw new Error(`DATA_DIR has the log of ${known}; give each its own`)
}
