// Requests under /api: finds the route, checks the role, parses the body and calls the handler.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse, pathIn, type Route } from '../../shared/api/route.ts'
import { routes, type RouteName } from '../../shared/api/routes.ts'
import { allows, type Grant } from '../../shared/grant.ts'
import type { Providers } from '../../shared/model/provider.ts'
import type { RecoverOptions } from '../files/recover.ts'
import type { FolderCatalogue } from '../files/folder-catalogue.ts'
import type { PlainFiles } from '../files/plain.ts'
import type { NotebookSearch } from '../search/notebook-search.ts'
import { HttpError, methodNotAllowed, readJson } from './answer.ts'
import type { ApiCall, Handlers } from './api-call.ts'
import { binHandlers, type BinOptions } from './bin.ts'
import { blobHandlers } from './blobs.ts'
import { craftHandlers } from './craft.ts'
import { decoded } from './decoded.ts'
import { editHandlers } from './edits.ts'
import { fileHandlers } from './files.ts'
import { folderHandlers } from './folders.ts'
import { grantHandlers } from './grant.ts'
import { historyHandlers, type HistoryOptions } from './history.ts'
import { modelHandlers } from './models.ts'
import { notebookHandlers, type NotebookOptions } from './notebooks.ts'
import { suggestHandlers, type SuggestOptions } from './suggest.ts'
import { recoverHandlers } from './recover.ts'
import { searchHandlers } from './search.ts'

export interface ApiOptions
  extends NotebookOptions, BinOptions, HistoryOptions, RecoverOptions, SuggestOptions {
  readonly providers: Providers
  readonly plain: PlainFiles
  readonly folderCatalogue: FolderCatalogue
  readonly search: NotebookSearch
}

export type Api = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  grant: Grant,
  basePath: string,
) => Promise<void>

/** Answers a request under /api, or throws an HttpError. */
export const createApi = (options: ApiOptions): Api => {
  const handlers: Handlers<RouteName> = {
    ...grantHandlers,
    ...notebookHandlers(options),
    ...historyHandlers(options),
    ...editHandlers(options),
    ...binHandlers(options),
    ...recoverHandlers(options),
    ...blobHandlers(options.blobs),
    ...fileHandlers(options.plain),
    ...folderHandlers(options.folderCatalogue),
    ...modelHandlers(options.providers),
    ...craftHandlers(options.folders),
    ...suggestHandlers(options),
    ...searchHandlers(options.search),
  }
  return async (request, response, { pathname, searchParams: query }, grant, basePath) => {
    const { name, encoded } = find(request.method ?? 'GET', pathname)
    const route: Route = routes[name]
    if (!allows(grant.role, route.role))
      throw new HttpError('forbidden', `this requires the role ${route.role}; yours is ${grant.role}`)
    const path = decoded(encoded)
    if (path === null) throw new HttpError('bad_request', 'the path is not percent-encoded')
    const body = await bodyOf(route, request)
    // The name ties the handler to its route, which the compiler cannot follow.
    const handle = handlers[name] as (call: ApiCall) => Promise<void>
    return handle({ route, request, response, grant, basePath, path, query, body })
  }
}

const find = (method: string, pathname: string): { readonly name: RouteName; readonly encoded: string } => {
  const at = (Object.keys(routes) as RouteName[]).flatMap((name) => {
    const encoded = pathIn(routes[name], pathname)
    return encoded === null ? [] : [{ name, encoded }]
  })
  if (at.length === 0) throw new HttpError('not_found', 'no such URL')
  const found = at.find(({ name }) => routes[name].method === (method === 'HEAD' ? 'GET' : method))
  if (found === undefined) {
    const methods = at.map(({ name }) => routes[name].method)
    throw methodNotAllowed(
      method,
      methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each])),
    )
  }
  return found
}

const bodyOf = async ({ body }: Route, request: IncomingMessage): Promise<unknown> => {
  if (body === null) return undefined
  const parsed = parse(body, await readJson(request))
  if (parsed.ok) return parsed.value
  throw new HttpError(
    'bad_request',
    parsed.where === '' ? 'the body is invalid' : `the body is invalid at ${parsed.where}`,
  )
}
