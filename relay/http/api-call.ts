// A request under /api as its handler gets it: the route is known, the role is checked, and the body is parsed.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { urlOf, type AnswerOf, type BodyOf, type Route } from '../../shared/api/route.ts'
import type { RouteName, Routes } from '../../shared/api/routes.ts'
import type { Grant } from '../../shared/grant.ts'
import type { NotebookCatalogue } from '../files/catalogue.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import { HttpError, sendJson, sendNothing } from './answer.ts'
import { usablePath } from './paths.ts'

export interface ApiCall<R extends Route = Route> {
  readonly route: R
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly grant: Grant
  /** See base-path.ts; for URLs that the browser follows. */
  readonly basePath: string
  /** The value of the route's placeholder, decoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: BodyOf<R>
}

/** One for each of these routes. */
export type Handlers<N extends RouteName> = {
  readonly [K in N]: (call: ApiCall<Routes[K]>) => Promise<void>
}

export const send = <R extends Route>(
  { response }: ApiCall<R>,
  status: number,
  answer: AnswerOf<R>,
  headers?: OutgoingHttpHeaders,
): void => sendJson(response, status, answer, headers)

/** The document at the requested path; null if it was renamed, after a redirect was sent. */
export const documentAt = async (
  catalogue: NotebookCatalogue,
  call: ApiCall,
): Promise<DocumentRecord | null> => {
  const { route, request, response } = call
  const opened = await catalogue.open(usablePath(call.path))
  switch (opened.type) {
    case 'missing':
      throw new HttpError('not_found', opened.reason)
    case 'unreadable':
      throw new HttpError('unreadable', opened.reason)
    case 'renamed': {
      const { search } = new URL(`http://relay${request.url ?? '/'}`)
      sendNothing(response, 307, {
        Location: call.basePath + urlOf(route, opened.path) + search,
      })
      return null
    }
    case 'document':
      return opened.record
    default:
      throw new Error(`unknown answer ${String(opened satisfies never)}`)
  }
}
