// jupyter-collaboration replaces its live document by any file that another program wrote; edits since its last save are
// lost. It saves once its users pause, and meanwhile logs each edit in a database in the folder it was started in, which
// usually is the folder of the notebooks. So the time of that database tells whether somebody is typing there.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../disk/atomic.ts'

/** The default of its `SQLiteYStore.db_path`. */
const database = '.jupyter_ystore.db'

/** When it last logged an edit of any notebook of the folder, in milliseconds since 1970; 0 if it never did. */
export const lastLiveEdit = async (root: string): Promise<number> => {
  try {
    const { mtimeMs } = await stat(join(root, database))
    // A time in the future says nothing.
    return mtimeMs <= Date.now() ? mtimeMs : 0
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}
