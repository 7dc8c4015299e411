// What a notebook's code can reach in its worker. The frame's policy keeps it from our origin; this keeps it from the
// network until permitted, and from creating another worker without these guards. The code may replace anything,
// prototypes included, so everything needed is captured first and nothing is looked up later.
const { apply, getPrototypeOf, getOwnPropertyDescriptor } = Reflect
const { load, store } = Atomics
const { fetch: plainFetch, Request, URL, XMLHttpRequest, ProgressEvent, String, WeakMap } = globalThis
const getterOf = (holder: object, name: string): (() => unknown) => {
  const getter = getOwnPropertyDescriptor(holder, name)?.get
  if (getter === undefined) throw new Error(`this browser has no ${name}`)
  return getter
}
const protocolOf = getterOf(URL.prototype, 'protocol')
const requestUrl = getterOf(Request.prototype, 'url')
const dataOf = getterOf(MessageEvent.prototype, 'data')
const responseOf = getterOf(XMLHttpRequest.prototype, 'response')
const { get, set } = WeakMap.prototype
const { open, send } = XMLHttpRequest.prototype
const { dispatchEvent } = EventTarget.prototype
const setResponseType = getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'responseType')?.set

/** The objects whose properties are this worker's globals. */
const globals: object[] = []
for (let at: object | null = globalThis; at !== null && at !== Object.prototype; at = getPrototypeOf(at))
  globals.push(at)

const replace = (name: string, value: unknown): void => {
  for (const holder of globals) if (Object.hasOwn(holder, name)) Reflect.deleteProperty(holder, name)
  if (value !== undefined)
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true })
}

let permission: Int32Array = new Int32Array(1)
let askLater: (target: string) => Promise<unknown> = () => Promise.resolve()
let callSync: (target: string) => void = () => undefined

const permitted = (): boolean => load(permission, 0) === 1

const refused = (): Error => {
  const error = new Error('this notebook may not use the network (allow it in the status line)')
  error.name = 'PermissionError'
  return error
}

/** No network: the data is in the URL itself, or in this worker's memory. */
const isLocal = (address: string): boolean => {
  let protocol: unknown
  try {
    protocol = apply(protocolOf, new URL(address), [])
  } catch {
    // Not a valid URL: the native function will report that.
    return true
  }
  return protocol === 'data:' || protocol === 'blob:'
}

const urlOf = (input: unknown): string => {
  try {
    return apply(requestUrl, input, []) as string
  } catch {
    return String(input)
  }
}

const isRequest = (input: unknown): boolean => {
  try {
    apply(requestUrl, input, [])
    return true
  } catch {
    return false
  }
}

const guardedFetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
  const address = urlOf(input)
  if (!isLocal(address) && !permitted()) {
    await askLater(address)
    if (!permitted()) throw refused()
  }
  // Converted to a string once: a second conversion could give another result.
  return apply(plainFetch, globalThis, [isRequest(input) ? input : address, init]) as Promise<Response>
}

interface Opened {
  readonly address: string
  readonly waits: boolean
}

/** Requests are native; only sending is delayed. */
const guardRequests = (): void => {
  const opened = new WeakMap<object, Opened>()
  XMLHttpRequest.prototype.open = function guardedOpen(
    this: XMLHttpRequest,
    method: string,
    url: string | URL,
    ...rest: unknown[]
  ) {
    const address = String(url)
    const waits = rest.length > 0 && !rest[0]
    // Without spread or slice, which the code may have replaced.
    apply(open, this, [method, address, !waits, rest[1] ?? null, rest[2] ?? null])
    apply(set, opened, [this, { address, waits }])
  }
  XMLHttpRequest.prototype.send = function guardedSend(this: XMLHttpRequest, body?: unknown) {
    const about = apply(get, opened, [this]) as Opened | undefined
    const held = about !== undefined && !isLocal(about.address) && !permitted()
    if (held && about.waits) {
      callSync(about.address)
      if (!permitted()) throw refused()
    }
    if (!held || about.waits) {
      apply(send, this, [body])
      return
    }
    const later = async (): Promise<void> => {
      await askLater(about.address)
      // Reopened meanwhile: a different request.
      if (apply(get, opened, [this]) !== about) return
      if (permitted()) apply(send, this, [body])
      else apply(dispatchEvent, this, [new ProgressEvent('error')])
    }
    void later()
  }
}

/** Must run before anything else. `onClose`: the code closes its worker. */
export const blockNetwork = (onClose: () => void): void => {
  // Other ways into the network, and other workers; the frame's policy blocks most of them too.
  for (const name of [
    'WebSocket',
    'WebSocketStream',
    'EventSource',
    'WebTransport',
    'Worker',
    'SharedWorker',
    'importScripts',
  ])
    replace(name, undefined)
  const { close } = globalThis
  replace('close', () => {
    onClose()
    apply(close, globalThis, [])
  })
  replace('fetch', guardedFetch)
  guardRequests()
  // Without shared memory, the frame sends the permission.
  globalThis.addEventListener('message', (event) => {
    const data = apply(dataOf, event, []) as { readonly permitted?: unknown } | null
    if (event.isTrusted && typeof data?.permitted === 'boolean') store(permission, 0, data.permitted ? 1 : 0)
  })
}

/** How permission is requested; `shared` is where the frame writes the answer. */
export const requestPermissionBy = (setup: {
  readonly shared: SharedArrayBuffer | null
  readonly later: (target: string) => Promise<unknown>
  readonly now: (target: string) => void
}): void => {
  if (setup.shared !== null) permission = new Int32Array(setup.shared)
  askLater = setup.later
  callSync = setup.now
}

/** The bytes of a local URL, synchronously. */
export const readNow = (address: string): Uint8Array<ArrayBuffer> => {
  const request = new XMLHttpRequest()
  apply(open, request, ['GET', address, false])
  if (setResponseType !== undefined) apply(setResponseType, request, ['arraybuffer'])
  apply(send, request, [])
  return new Uint8Array(apply(responseOf, request, []) as ArrayBuffer)
}
