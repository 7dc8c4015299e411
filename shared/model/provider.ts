// The one interface behind which every model lies, whether it answers on the relay or in the page.

import { type Turn } from '../notebook/cell-kinds/cell-kind.ts'

export interface ModelRequest {
  /** A name the provider knows; empty means the provider's default. */
  readonly model: string
  readonly system: string
  /** The roles alternate, beginning and ending with the user. */
  readonly messages: readonly Turn[]
  readonly maxOutputTokens: number
  /** The model is to think before it answers, where it can. */
  readonly thinking: boolean
}

/**
 * A stream is any number of text, thinking, picture and usage events, then exactly one end; it never throws.
 * done: the model says so · length: it reached maxOutputTokens · interrupted: stopped, or ended early without a word ·
 * error: the message is shown to everyone in the notebook, so it holds no key.
 */
export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  /** Base64, or the text of an image/svg+xml. */
  | { readonly type: 'picture'; readonly mime: string; readonly value: string }
  | { readonly type: 'usage'; readonly inputTokens: number; readonly outputTokens: number }
  | ModelEnd
export type ModelEnd =
  | { readonly type: 'end'; readonly reason: 'done' | 'length' | 'interrupted' }
  | { readonly type: 'end'; readonly reason: 'error'; readonly message: string }

export interface ModelDescription {
  readonly id: string
  readonly name: string
}

export type ModelList =
  | { readonly ok: true; readonly models: readonly ModelDescription[] }
  | { readonly ok: false; readonly message: string }

/** What an AbortSignal is here: `shared` sees neither the DOM nor Node. */
export interface StopSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface PictureRequest {
  /** As in ModelRequest. */
  readonly model: string
  readonly prompt: string
}

export interface Provider {
  readonly id: string
  /** Shown to people, e.g. "mock (no model is configured)". */
  readonly label: string
  /** What it really offers, asked anew each time. */
  readonly models: () => Promise<ModelList>
  /** Aborting `signal` closes the upstream request and ends the stream with reason 'interrupted'. */
  readonly stream: (request: ModelRequest, signal: StopSignal) => AsyncIterable<ModelEvent>
  /** The same, for a picture; absent where it makes none. */
  readonly image?: (request: PictureRequest, signal: StopSignal) => AsyncIterable<ModelEvent>
}

/** The first answers where nobody has chosen another. */
export type Providers = readonly [Provider, ...Provider[]]
