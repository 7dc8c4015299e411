// The interface of a language model provider, in the relay or in the page.

import type { Turn } from '../notebook/cell-kinds/cell-kind.ts'

export interface ModelRequest {
  /** A model id of the provider; empty for its default. */
  readonly model: string
  readonly system: string
  /** Roles alternate, starting and ending with the user. */
  readonly messages: readonly Turn[]
  readonly maxOutputTokens: number
  /** Ask for reasoning, if the model supports it. */
  readonly thinking: boolean
}

/**
 * A stream consists of any number of text, thinking, picture and usage events followed by exactly one end event; it never
 * throws. done: finished · length: maxOutputTokens reached · interrupted: stopped, or the stream ended without a finish
 * reason · error: the message is shown to everyone in the notebook, so it must not contain secrets.
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

/** The part of AbortSignal used here; `shared` has neither DOM nor Node types. */
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
  /** The models on offer, fetched on each call. */
  readonly models: () => Promise<ModelList>
  /** Aborting `signal` cancels the upstream request and ends the stream with reason 'interrupted'. */
  readonly stream: (request: ModelRequest, signal: StopSignal) => AsyncIterable<ModelEvent>
  /** Generates an image; absent if not supported. */
  readonly image?: (request: PictureRequest, signal: StopSignal) => AsyncIterable<ModelEvent>
}

/** The first one is the default. */
export type Providers = readonly [Provider, ...Provider[]]
