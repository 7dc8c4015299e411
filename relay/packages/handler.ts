// Python packages under our own origin, because the page's policy allows no other: `/pyodide/packages/{file}`,
// `/pypi/simple/{project}/`, `/pypi/files/{sha256}/{file}` and `/pypi/github/{owner}/{name}/{ref}`.
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Archives } from './archives.ts'
import type { Distribution } from './distribution.ts'
import { indexType, projectName } from './index-page.ts'
import type { Pypi } from './pypi.ts'
import type { Wheel } from './store.ts'
import { HttpError, methodNotAllowed, sendData, sendFile } from '../http/answer.ts'

export const isPackage = (pathname: string): boolean =>
  pathname.startsWith('/pyodide/packages/') || pathname.startsWith('/pypi/')

/** `addresses`: possible URLs of this request in the browser. */
export const createPackages =
  (distribution: Distribution, pypi: Pypi, archives: Archives) =>
  async (
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    [address]: readonly [string, ...string[]],
  ): Promise<void> => {
    const method = request.method ?? 'GET'
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(method, ['GET', 'HEAD'])
    const [, file] = /^\/pyodide\/packages\/([\w.+!-]+)$/.exec(pathname) ?? []
    if (file !== undefined) return sendWheel(response, await distribution.wheel(file))
    const [, sha256, wheel] = /^\/pypi\/files\/([0-9a-f]{64})\/([\w.+!-]+)$/.exec(pathname) ?? []
    if (sha256 !== undefined && wheel !== undefined)
      return sendWheel(response, await pypi.wheel(sha256, wheel))
    const [, owner, name, ref] = githubPath.exec(pathname) ?? []
    if (owner !== undefined && name !== undefined && ref !== undefined) {
      const { file: archive, size } = await archives.get(owner, name, decodeURIComponent(ref))
      return sendFile(response, { size, tag: null }, () => createReadStream(archive))
    }
    const [, named] = /^\/pypi\/simple\/([\w.-]+)\/?$/.exec(pathname) ?? []
    const project = named === undefined ? null : projectName(named)
    if (project === null) throw new HttpError('not_found', 'no such URL')
    const page = await pypi.page(project, `${address}/pypi/files/`)
    return sendData(response, 200, JSON.stringify(page), indexType)
  }

/** The names that GitHub gives; a ref may have slashes, encoded. */
const githubPath = /^\/pypi\/github\/(\w[\w-]*)\/([\w.-]+)\/(\w(?:[\w.+-]|%2F)*)$/i

const sendWheel = (response: ServerResponse, { file, size, sha256: tag }: Wheel): Promise<void> =>
  sendFile(response, { size, tag }, () => createReadStream(file))
