// jupyter-collaboration replaces its live document by any file that another program wrote; edits since its last save are
// lost. It saves once its users pause, and meanwhile logs each edit in a database in the folder it was started in, usually
// the notebooks folder or one above. So the modification time of that database shows whether somebody is typing there.
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The default of its `SQLiteYStore.db_path`. */
const database = '.jupyter_ystore.db'

const changedAt = async (file: string): Promise<number> => {
  try {
    const { mtimeMs } = await stat(file)
    // A time in the future is meaningless.
    return mtimeMs <= Date.now() ? mtimeMs : 0
  } catch {
    // Missing or unreadable.
    return 0
  }
}

const withParents = (folder: string): readonly string[] => {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...withParents(parent)]
}

/** When it last logged an edit of any notebook, in milliseconds since 1970; 0 if it never did. */
export const lastLiveEdit = async (root: string): Promise<number> => {
  const times = await Promise.all(withParents(root).map((folder) => changedAt(join(folder, database))))
  return Math.max(...times)
}
