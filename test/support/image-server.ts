// A server on loopback with OpenAI’s API for image generation, as real ones have it. What it does is selected by the
// last word of the prompt.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { crc32, deflateSync } from 'node:zlib'
import { dropped, jsonOf, LoopbackServer, sendJson } from './loopback-server.ts'
import { Random } from './random.ts'

interface ImageRequest {
  readonly model: string
  readonly prompt: string
  readonly n: number
  readonly response_format?: string
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A square PNG that does not compress: 64 kB at a side of 128. */
const noisyPng = (side = 128): Buffer => {
  const random = new Random(side)
  const head = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 6, 0, 0, 0])
  const rows = Buffer.concat(
    Array.from({ length: side }, () => [
      Buffer.alloc(1),
      Buffer.from(Array.from({ length: side * 4 }, () => random.below(256))),
    ]).flat(),
  )
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

export class ImageServer extends LoopbackServer {
  readonly requests: { readonly authorization: string | undefined; readonly body: ImageRequest }[] = []
  readonly dropped: Promise<void>[] = []
  models: readonly string[] = ['chat-model', 'some-image-model']
  readonly png = noisyPng()

  static open(): Promise<ImageServer> {
    return new ImageServer().listen()
  }

  protected override async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url, method } = request
    if (url === '/v1/models')
      return sendJson(response, 200, {
        object: 'list',
        data: this.models.map((id) => ({ id, object: 'model' })),
      })
    if (url !== '/v1/images/generations' || method !== 'POST')
      return sendJson(response, 404, { error: { message: 'not found' } })
    const body = (await jsonOf(request)) as ImageRequest
    const { authorization } = request.headers
    this.requests.push({ authorization, body })
    this.dropped.push(dropped(response))
    switch (body.prompt.split(/\s/).at(-1) ?? '') {
      case 'unauthorized':
        return sendJson(response, 401, { error: { message: `Incorrect API key provided: ${authorization}` } })
      case 'refused':
        return sendJson(response, 400, {
          error: { message: 'Your request was rejected by the safety system.' },
        })
      case 'html':
        response.writeHead(502, { 'content-type': 'text/html', 'retry-after-ms': '5' })
        response.end(`<h1>Bad gateway</h1>${authorization}`)
        return
      case 'none':
        return sendJson(response, 200, { created: 1, data: [] })
      case 'strict':
        // As OpenAI’s current models do.
        if (body.response_format !== undefined)
          return sendJson(response, 400, { error: { message: "Unknown parameter: 'response_format'." } })
        break
      case 'drop':
        response.socket?.destroy()
        return
      case 'silent':
        return
      default:
    }
    sendJson(response, 200, { created: 1, data: [{ b64_json: this.png.toString('base64') }] })
  }
}
