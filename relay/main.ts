// Composes the relay.
import { realpathSync } from 'node:fs'
import { randomBytes, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Providers } from '../shared/model/provider.ts'
import { repairTexts } from '../shared/notebook/document/text-repair.ts'
import { carriesTexts } from './sync/carry-peer.ts'
import { closeCodes } from '../shared/protocol.ts'
import { closeAll } from './close-all.ts'
import { Blobs } from './blobs/store.ts'
import { sweepRegularly } from './blobs/sweep.ts'
import type { PackageSettings, Settings } from './config.ts'
import type { DataFolder } from './disk/data-folder.ts'
import { errorCode } from './disk/disk-errors.ts'
import { KeyedLock } from './files/keyed-lock.ts'
import { createFilePeer, type FilePeerOptions } from './files/file-peer.ts'
import { FolderNotebooks } from './files/folder-notebooks.ts'
import { Ids } from './files/ids.ts'
import { NotebookCatalogue, type CatalogueOptions } from './files/catalogue.ts'
import { FolderCatalogue } from './files/folder-catalogue.ts'
import { Listing } from './files/listing.ts'
import { defaultTimes, type SnapshotTimes } from './files/file-peer-times.ts'
import { RevisionCache } from './files/revision-cache.ts'
import { SeenFiles } from './files/seen-files.ts'
import { welcome } from './files/welcome.ts'
import { createApi } from './http/api.ts'
import { Archives, archiveHost } from './packages/archives.ts'
import { createPackages } from './packages/handler.ts'
import { createPage } from './http/page.ts'
import { answerWithoutUpgrade, isWebSocket } from './http/other-upgrade.ts'
import { createHttpServer } from './http/server.ts'
import { openHome, type Home } from './home.ts'
import { nameOfHome } from './home-settings.ts'
import { GroupCommit } from './log/group-commit.ts'
import { takeLock } from './log/lock.ts'
import type { Log } from './log/log.ts'
import { defaultIdleTimeout } from './log/sqlite-file.ts'
import { SqliteLog } from './log/sqlite.ts'
import { syncFile, type SyncFile } from './log/sync-file.ts'
import { createLogger, messageOf, type Logger } from './logging/logger.ts'
import { models as modelPeers } from './model.ts'
import { ModelCaps } from './model-caps.ts'
import { Distribution, usualOrigin } from './packages/distribution.ts'
import { Pypi } from './packages/pypi.ts'
import { PackageStore } from './packages/store.ts'
import { Upstreams } from './packages/upstream.ts'
import { createProviders } from './providers/registry.ts'
import { NotebookSearch } from './search/notebook-search.ts'
import { SearchIndex } from './search/search-index.ts'
import {
  byToken,
  createAccess,
  isLoopback,
  needsToken,
  type Authorize,
  type Tokens,
} from './http/security.ts'
import { SocketServer } from './sync/socket-server.ts'
import { root, version } from './version.ts'
import { Rooms, type PeerFactory } from './sync/rooms.ts'
import { defaultLimits, type Limits } from './sync/session.ts'

/** Replacements for tests and benchmarks. */
export interface Parts {
  readonly syncFile?: SyncFile
  readonly openLog?: (file: string, sync: SyncFile) => Promise<SqliteLog>
  readonly providers?: Providers
  readonly authorize?: Authorize
  readonly clientFolder?: string
  readonly times?: Partial<SnapshotTimes>
  readonly limits?: Partial<Limits>
  /** Milliseconds a room stays in memory after its last use. */
  readonly linger?: number
  /** Milliseconds without a write until the log is compacted. */
  readonly idle?: number
  readonly logger?: Logger
}

export interface Relay {
  /** Its URL for a browser, with the token if there is one. */
  readonly address: string
  /** The URL of the tour if it was just copied, else the same. */
  readonly first: string
  readonly port: number
  /** Flushes log and files, closes every socket. */
  close(): Promise<void>
}

/** Why a relay cannot start, as one line. */
export class CannotStart extends Error {}

const maxSockets = 5000
const closeWithin = 2500

export const startRelay = async (settings: Settings, parts: Parts = {}): Promise<Relay> => {
  const logger = parts.logger ?? createLogger(settings.logLevel, settings.logFormat)
  const name = nameOfHome(settings.home)
  const open = async (): Promise<{ readonly home: Home; readonly unlock: (() => void) | null }> => {
    const home = await openHome(settings.home)
    return { home, unlock: takeLock(home.data.at('lock.sqlite')) }
  }
  const { home, unlock } = await open().catch((error: unknown) => {
    throw new CannotStart(`the notebooks in ${name} cannot be used: ${messageOf(error)}`)
  })
  if (!unlock) throw new CannotStart(`another LLM Notebook is serving ${name}`)
  const closing: (() => unknown)[] = [unlock]
  try {
    return await compose(settings, parts, home, logger, closing)
  } catch (error) {
    await closeAll(closing)
    throw error
  }
}

/** Starts with the log; what must be closed is registered as it is created, and closed in reverse order. */
const compose = async (
  settings: Settings,
  parts: Parts,
  home: Home,
  logger: Logger,
  closing: (() => unknown)[],
): Promise<Relay> => {
  const idle = parts.idle ?? defaultIdleTimeout
  const onLarge = (reason: string): void => logger.warn('the log could not be compacted', { reason })
  const openLog = parts.openLog ?? ((file, sync) => SqliteLog.open(file, { sync, idle, onLarge }))
  const { data } = home
  const log = await openLog(home.log, parts.syncFile ?? syncFile).catch((error: unknown) => {
    throw new CannotStart(`the log ${home.log} cannot be opened: ${messageOf(error)}`)
  })
  const lock = new KeyedLock()
  // Once the log is closed nothing begins any more; running work still writes, and the folder's lock is held until it
  // has.
  closing.push(() => lock.ended())
  closing.push(() => log.close())
  const { files, plain, folders: homeFolders, git } = home.open(log.file)
  const search = new NotebookSearch(files, await SearchIndex.open(data.at('search.sqlite')), logger)
  closing.push(() => search.close())
  const instance = randomUUID()
  const commit = new GroupCommit(log.updates, logger, (reason) => {
    if (reason === null) logger.warn('the log can be written again')
    else logger.error('the log cannot be written', { reason })
    rooms.error(reason)
  })
  closing.push(async () => {
    if (!(await commit.settled(closeWithin))) logger.error('closed before everything was stored')
    await commit.close()
  })
  const times = { ...defaultTimes, ...parts.times }
  const providers = parts.providers ?? (await createProviders(settings.model))
  const caps = await ModelCaps.open(settings.model.caps, data.at('model-use.json'), Date.now, logger)
  closing.push(() => caps.settled())
  // The model ends first, so that the last snapshot has its replies.
  const versions = new RevisionCache(log.revisions)
  const blobs = new Blobs(data.at('blobs'))
  const findMoved: FilePeerOptions['follow'] = (docId, was) => catalogue.findMoved(docId, was)
  const seenFiles = new SeenFiles()
  const peers: PeerFactory[] = [
    ({ doc }) => ({ dispose: repairTexts(doc) }),
    carriesTexts,
    modelPeers(providers, instance, blobs, caps, settings.model.prices, { files, plain }, (path) =>
      folders.craft(path),
    ),
    createFilePeer({
      files,
      git,
      log,
      versions,
      blobs,
      exclusive: lock,
      times,
      logger,
      seenFiles,
      follow: findMoved,
    }),
    search.follow,
  ]
  const rooms = new Rooms({ log, commit, instance, peers, logger, unloadDelay: parts.linger ?? 10_000 })
  closing.push(() => rooms.close())

  const ids = await Ids.open(data.at('ids.json'))
  const catalogueOptions: CatalogueOptions = {
    files,
    log,
    ids,
    blobs,
    exclusive: lock,
    seenFiles,
    onMoved: (record) => rooms.moved(record),
    isOpen: (docId) => rooms.isOpen(docId),
  }
  const catalogue = new NotebookCatalogue(catalogueOptions)
  const folders = new FolderNotebooks(catalogue, rooms)
  const tour = await welcome(
    fileURLToPath(new URL('notebooks/welcome.ipynb', root)),
    files,
    log.catalogue,
    catalogue,
  )

  const tokens = withWriter(settings)
  const authorize = parts.authorize ?? byToken(tokens)
  const access = createAccess(settings.host, settings.publicOrigins)
  const limits = { ...defaultLimits, ...parts.limits }
  const socketServer = new SocketServer({ access, authorize, catalogue, rooms, limits, maxSockets, logger })
  const clientFolder = parts.clientFolder ?? fileURLToPath(new URL('dist/client/', root))
  const page = createPage(clientFolder)
  const packages = packagesOf(settings.packages, join(clientFolder, 'pyodide'), data, logger)
  const listing = new Listing(files)
  const api = createApi({
    catalogue,
    files,
    log,
    listing,
    folders,
    folderCatalogue: new FolderCatalogue(catalogueOptions, homeFolders),
    rooms,
    providers,
    caps,
    versions,
    blobs,
    exclusive: lock,
    plain,
    search,
  })
  const server = createHttpServer({
    access,
    authorize,
    needsToken: needsToken(tokens),
    version: version(),
    api,
    page,
    packages,
    logger,
  })
  server.on('upgrade', (request, stream, head) => {
    if (isWebSocket(request)) socketServer.upgrade(request, stream, head)
    else answerWithoutUpgrade(server, request, stream)
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  }).catch((error: unknown) => {
    throw new CannotStart(whyNotListening(settings, error))
  })
  const { port } = server.address() as AddressInfo
  const start = new AbortController()
  closing.push(() => start.abort())
  void checkNotebooks(log, catalogue, rooms, logger, start.signal)
    .catch((error: unknown) => {
      logger.error('the notebooks could not be checked', { reason: messageOf(error) })
    })
    .then(() => (start.signal.aborted ? undefined : search.prepare()))
  closing.push(sweepRegularly(blobs, log, logger))
  closing.push(() => {
    server.close()
    rooms.closeAll(closeCodes.goingAway, 'the relay is stopping')
    server.closeIdleConnections()
  })
  // Runs last: closing frames and responses have had the time that flushing took.
  closing.unshift(() => {
    socketServer.close()
    server.closeAllConnections()
  })
  const host = settings.host.includes(':') ? `[${settings.host.replace(/^\[|\]$/g, '')}]` : settings.host
  const query = tokens.write === null ? '' : `?token=${encodeURIComponent(tokens.write)}`
  const urlFor = (path: string): string => `http://${host}:${port}/${path}${query}`
  const first = urlFor(tour === null ? '' : `notebook/${tour}`)
  return { address: urlFor(''), first, port, close: () => closeAll(closing) }
}

/** If others can reach the relay, or tokens exist for lower roles, writing needs a token as well. */
const withWriter = ({ tokens, host }: Settings): Tokens =>
  tokens.write !== null || (isLoopback(host) && !needsToken(tokens))
    ? tokens
    : { ...tokens, write: randomBytes(24).toString('base64url') }

const packagesOf = (
  { distribution, index, files, github }: PackageSettings,
  pyodide: string,
  data: DataFolder,
  logger: Logger,
): ReturnType<typeof createPackages> => {
  const origins = [distribution ?? usualOrigin, index, github, archiveHost, ...files].map(
    (url) => new URL(url).origin,
  )
  const upstreams = new Upstreams(origins)
  const store = new PackageStore(data.at('packages', 'files'), upstreams)
  const fileOf = (project: string): string => data.at('packages', 'index', `${project}.json`)
  const pypi = new Pypi({ index, upstreams, store, fileOf, logger })
  const archives = new Archives(data.at('packages', 'github'), github, upstreams)
  return createPackages(new Distribution(pyodide, distribution, store), pypi, archives)
}

/**
 * A log that is behind its file can be detected only before the file is written, so it is checked at the start. A log
 * that is ahead is noticed by a room's file peer. A notebook that cannot be opened does not stop the others.
 */
const checkNotebooks = async (
  log: Log,
  catalogue: NotebookCatalogue,
  rooms: Rooms,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> => {
  const unwritten = await log.revisions.unwritten()
  const isUnwritten = new Set(unwritten.map(({ docId }) => docId))
  const others = (await log.catalogue.documents()).filter((docId) => !isUnwritten.has(docId))
  for (const docId of [...isUnwritten, ...others]) {
    if (signal.aborted) return
    try {
      const record = await log.catalogue.document(docId)
      if (record === null || record.binned !== null) continue
      const opened = await catalogue.open(record.path)
      if (opened.type === 'document' && isUnwritten.has(docId))
        await rooms.use(opened.record, () => undefined)
    } catch (error) {
      if (!signal.aborted)
        logger.error('a notebook could not be checked', { docId, reason: messageOf(error) })
    }
  }
}

const whyNotListening = ({ host, port }: Settings, error: unknown): string => {
  const code = errorCode(error)
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is in use; choose another with --port or PORT`
  if (code === 'EACCES')
    return `port ${port} requires privileges this user does not have; choose another with --port or PORT`
  return `cannot listen on ${host}:${port}: ${messageOf(error)}`
}

// `npm start`. Not awaited: the program imports this module.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  void import('./program.ts')
