// /api/search and /api/links: full-text search, and the notebooks that link to one.
import type { NotebookSearch } from '../search/notebook-search.ts'
import { send, type Handlers } from './api-call.ts'
import { usablePath } from './paths.ts'

export const searchHandlers = (search: NotebookSearch): Handlers<'searchNotebooks' | 'listBacklinks'> => ({
  searchNotebooks: async (call) => send(call, 200, await search.search(call.query.get('q') ?? '')),
  listBacklinks: async (call) => send(call, 200, await search.linksTo(usablePath(call.path))),
})
