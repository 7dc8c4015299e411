// What models are offered for every prompt, for showing it before it is sent. Who executes them gives the folder.
import { folderTools, type FolderReader } from './folder.ts'
import { notebookTools } from './notebook-tools.ts'
import type { Tool } from './tool.ts'

export const offeredTools = (folder: FolderReader): readonly Tool[] => [
  ...notebookTools,
  ...folderTools(folder),
]
