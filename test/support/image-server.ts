// A server on loopback that speaks OpenAI's image generations as the real ones do; what it does is scripted by the
// last word of the prompt.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'
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

export class ImageServer {
  readonly heard: { readonly authorization: string | undefined; readonly body: ImageRequest }[] = []
  readonly dropped: Promise<void>[] = []
  models: readonly string[] = ['chat-model', 'some-image-model']
  readonly png = noisyPng()
  private readonly server: Server

  private constructor() {
    this.server = createServer((request, response) => void this.serve(request, response))
  }

  static async open(): Promise<ImageServer> {
    const images = new ImageServer()
    await new Promise<void>((resolve) => images.server.listen(0, '127.0.0.1', resolve))
    return images
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url, method } = request
    if (url === '/v1/models')
      return json(response, 200, { object: 'list', data: this.models.map((id) => ({ id, object: 'model' })) })
    if (url !== '/v1/images/generations' || method !== 'POST')
      return json(response, 404, { error: { message: 'not found' } })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ImageRequest
    const { authorization } = request.headers
    this.heard.push({ authorization, body })
    this.dropped.push(
      new Promise<void>((resolve) =>
        response.on('close', () => {
          if (!response.writableFinished) resolve()
        }),
      ),
    )
    switch (body.prompt.split(/\s/).at(-1) ?? '') {
      case 'unauthorized':
        return json(response, 401, { error: { message: `Incorrect API key provided: ${authorization}` } })
      case 'refused':
        return json(response, 400, { error: { message: 'Your request was rejected by the safety system.' } })
      case 'html':
        response.writeHead(502, { 'content-type': 'text/html', 'retry-after-ms': '5' })
        response.end(`<h1>Bad gateway</h1>${authorization}`)
        return
      case 'none':
        return json(response, 200, { created: 1, data: [] })
      case 'strict':
        // As OpenAI's own models of this generation.
        if (body.response_format !== undefined)
          return json(response, 400, { error: { message: "Unknown parameter: 'response_format'." } })
        break
      case 'drop':
        response.socket?.destroy()
        return
      case 'silent':
        return
      default:
    }
    json(response, 200, { created: 1, data: [{ b64_json: this.png.toString('base64') }] })
  }
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
