// A real S3 server on this machine (VersityGW on a folder), with a bucket that can be killed, stopped and restarted.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { S3mini } from 's3mini'
import type { BucketSettings } from '../../relay/home-settings.ts'
import { findS3Server } from '../../scripts/s3-server.js'
import { newFolder } from './relay.ts'
import { until } from './until.ts'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export class BucketServer {
  private readonly folder: string
  private readonly port: number
  private server: ChildProcess | null = null

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
  }

  static async start(): Promise<BucketServer> {
    const server = new BucketServer(await newFolder(), await freePort())
    await mkdir(join(server.folder, 'files/notebooks'), { recursive: true })
    await mkdir(join(server.folder, 'metadata'))
    await server.run()
    return server
  }

  /** Settings for the bucket with a prefix of the test’s own. */
  settings(prefix: string, change: Partial<BucketSettings> = {}): BucketSettings {
    return {
      bucket: 'notebooks',
      prefix,
      endpoint: `http://127.0.0.1:${this.port}`,
      region: 'us-east-1',
      key: 'key',
      secret: 'secret',
      interval: 100,
      ...change,
    }
  }

  /** For use as another program. */
  get client(): S3mini {
    const endpoint = `http://127.0.0.1:${this.port}/notebooks`
    return new S3mini({ accessKeyId: 'key', secretAccessKey: 'secret', region: 'us-east-1', endpoint })
  }

  async run(): Promise<void> {
    const args = ['--port', `127.0.0.1:${this.port}`, '--access', 'key', '--secret', 'secret', '--quiet']
    const posix = ['posix', '--sidecar', join(this.folder, 'metadata'), join(this.folder, 'files')]
    this.server = spawn(findS3Server() ?? 'versitygw', [...args, ...posix], { stdio: 'ignore' })
    await until(() => this.client.bucketExists().catch(() => false))
  }

  async kill(): Promise<void> {
    const { server } = this
    this.server = null
    if (server === null) return
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }

  /** Accepts connections without answering, until `goOn`. */
  hang(): void {
    this.server?.kill('SIGSTOP')
  }

  goOn(): void {
    this.server?.kill('SIGCONT')
  }

  async end(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true })
  }
}
