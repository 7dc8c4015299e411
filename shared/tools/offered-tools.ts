// The tools offered for every prompt, so that the page can show them in advance.
import { folderTools, type FolderReader } from './folder.ts'
import { notebookTools } from './notebook-tools.ts'
import type { Tool } from './tool.ts'

export const offeredTools = (folder: FolderReader): readonly Tool[] => [
  ...notebookTools,
  ...folderTools(folder),
]
