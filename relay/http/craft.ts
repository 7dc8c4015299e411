// GET /api/craft/{path}: the instructions of its folders for models.
import type { FolderNotebooks } from '../files/folder-notebooks.ts'
import { send, type Handlers } from './api-call.ts'
import { usablePath } from './paths.ts'

export const craftHandlers = (folders: FolderNotebooks): Handlers<'readCraft'> => ({
  readCraft: async (call) => send(call, 200, await folders.craft(usablePath(call.path))),
})
