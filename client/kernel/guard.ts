// What the code of a notebook finds in its worker. The frame's policy keeps it from our origin; here it is kept from
// the network until its person has allowed that, and from making another worker, which would have all of this anew.
// That code may replace what it likes, prototypes too, so this keeps hold of what it needs before any of it runs and
// looks nothing up later.
const { apply, getPrototypeOf, getOwnPropertyDescriptor } = Reflect
const { load, store } = Atomics
const { fetch: plainFetch, Request, URL, XMLHttpRequest, ProgressEvent, String, WeakMap } = globalThis
const getterOf = (holder: object, name: string): (() => unknown) => {
  const getter = getOwnPropertyDescriptor(holder, name)?.get
  if (getter === undefined) throw new Error(`this browser has no ${name}`)
  return getter
}
const protocolOf = getterOf(URL.prototype, 'protocol')
const addressOf = getterOf(Request.prototype, 'url')
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

/** Nothing of the network: what is in the address itself, or in this worker's memory. */
const isLocal = (address: string): boolean => {
  let protocol: unknown
  try {
    protocol = apply(protocolOf, new URL(address), [])
  } catch {
    // It is none, and whoever it is for will say so.
    return true
  }
  return protocol === 'data:' || protocol === 'blob:'
}

const urlOf = (input: unknown): string => {
  try {
    return apply(addressOf, input, []) as string
  } catch {
    return String(input)
  }
}

const isRequest = (input: unknown): boolean => {
  try {
    apply(addressOf, input, [])
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
  // A text once made of it: asked again, it might say something else.
  return apply(plainFetch, globalThis, [isRequest(input) ? input : address, init]) as Promise<Response>
}

interface Opened {
  readonly address: string
  readonly waits: boolean
}

/** Requests are the browser's own; only their sending is held. */
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
    // Without spread or slice, which that code may have replaced.
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
      // Opened anew meanwhile, it is another request.
      if (apply(get, opened, [this]) !== about) return
      if (permitted()) apply(send, this, [body])
      else apply(dispatchEvent, this, [new ProgressEvent('error')])
    }
    void later()
  }
}

/** Before anything else runs here. `onClose`: the code ends its worker. */
export const blockNetwork = (onClose: () => void): void => {
  // Other ways into the network, and other workers; most of them the frame's policy refuses too.
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
  // Where no memory is shared the frame tells.
  globalThis.addEventListener('message', (event) => {
    const data = apply(dataOf, event, []) as { readonly permitted?: unknown } | null
    if (event.isTrusted && typeof data?.permitted === 'boolean') store(permission, 0, data.permitted ? 1 : 0)
  })
}

/** How the person is asked; `shared` is where the frame puts what they say. */
export const requestPermissionBy = (setup: {
  readonly shared: SharedArrayBuffer | null
  readonly later: (target: string) => Promise<unknown>
  readonly now: (target: string) => void
}): void => {
  if (setup.shared !== null) permission = new Int32Array(setup.shared)
  askLater = setup.later
  callSync = setup.now
}

/** The bytes at an address in memory, at once. */
export const readNow = (address: string): Uint8Array<ArrayBuffer> => {
  const request = new XMLHttpRequest()
  apply(open, request, ['GET', address, false])
  if (setResponseType !== undefined) apply(setResponseType, request, ['arraybuffer'])
  apply(send, request, [])
  return new Uint8Array(apply(responseOf, request, []) as ArrayBuffer)
}
