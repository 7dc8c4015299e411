// A request under /api as its handler gets it: the route is known, the asker may, and the body is parsed.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { addressOf, type AnswerOf, type BodyOf, type Route } from '../../shared/api/route.ts'
import type { RouteName, Routes } from '../../shared/api/routes.ts'
import type { Grant } from '../../shared/grant.ts'
import { parsePath, type NotebookPath } from '../files/path.ts'
import type { NotebookCatalogue } from '../files/catalogue.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import { HttpError, sendJson, sendNothing } from './answer.ts'

export interface Asked<R extends Route = Route> {
  readonly route: R
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly grant: Grant
  /** What follows the route's address, decoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: BodyOf<R>
}

/** One for each of these routes. */
export type Handlers<N extends RouteName> = {
  readonly [K in N]: (asked: Asked<Routes[K]>) => Promise<void>
}

export const send = <R extends Route>(
  { response }: Asked<R>,
  status: number,
  answer: AnswerOf<R>,
  headers?: OutgoingHttpHeaders,
): void => sendJson(response, status, answer, headers)

export const usablePath = (text: string): NotebookPath => {
  const path = parsePath(text)
  if (path) return path
  throw new HttpError('bad_request', 'a path is relative, with / and .ipynb, and stays in the folder')
}

/** The document at the asked path; null where it has another one by now, to which the asker was sent. */
export const documentAt = async (
  library: NotebookCatalogue,
  asked: Asked,
): Promise<DocumentRecord | null> => {
  const { route, request, response } = asked
  const opened = await library.open(usablePath(asked.path))
  switch (opened.type) {
    case 'missing':
      throw new HttpError('not_found', opened.reason)
    case 'unreadable':
      throw new HttpError('unreadable', opened.reason)
    case 'renamed': {
      const { search } = new URL(`http://relay${request.url ?? '/'}`)
      sendNothing(response, 307, { Location: addressOf(route, opened.path) + search })
      return null
    }
    case 'document':
      return opened.record
    default:
      throw new Error(`unknown answer ${String(opened satisfies never)}`)
  }
}
