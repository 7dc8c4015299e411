// The interface of a language model provider, in the relay or in the page.

import { rasterMimes, type RasterMime } from '../markdown/image.ts'
import type { Turn } from '../notebook/cell-kinds/cell-kind.ts'
import type { Leaf } from '../notebook/notebook.ts'

/** How much a model should think and write. Providers use the nearest level the model supports. */
export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof efforts)[number]

export interface ToolDefinition {
  readonly name: string
  readonly description: string
  /** A JSON Schema of type object. */
  readonly parameters: { readonly [key: string]: Leaf }
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: Leaf
}

/** The answer to a call: text, or JSON as text. */
export interface ToolAnswer {
  readonly id: string
  readonly name: string
  readonly text: string
}

export interface Picture {
  readonly mime: RasterMime
  readonly base64: string
}

/** A cell's part of a turn: a text, and the images that follow it. */
export interface Part {
  readonly text: string
  readonly pictures: readonly Picture[]
}

/** A turn as it is sent. `text` is the whole text of its parts. */
export interface PartedTurn extends Turn {
  readonly parts?: readonly Part[]
}

/** What a model can be sent: which images, and how much. */
export interface Sight {
  /** Estimated tokens of a request, see roomIn; null if unknown. */
  readonly room: number | null
  /** Null if unknown. */
  readonly sees: boolean | null
  readonly mimes: readonly RasterMime[]
  /** Of one image. */
  readonly maxBytes: number
  /** Pixels of its longer side. */
  readonly maxSide: number
}
export const defaultSight: Sight = {
  room: null,
  sees: null,
  mimes: rasterMimes,
  maxBytes: 10 << 20,
  maxSide: 8_000,
}

/**
 * An assistant's turn that ended in calls is followed by their answers. `turn` is from the stream's end event: data such
 * as signed thinking that the provider wants back unchanged.
 */
export type Message =
  | PartedTurn
  | {
      readonly role: 'assistant'
      readonly text: string
      readonly calls: readonly ToolCall[]
      readonly turn?: unknown
    }
  | { readonly role: 'tool'; readonly answers: readonly ToolAnswer[] }

export interface ModelRequest {
  /** A model id of the provider; empty for its default. */
  readonly model: string
  readonly system: string
  /** Alternating, starting with the user; the last is the user's or answers calls. */
  readonly messages: readonly Message[]
  /** Of the answer, without thinking. */
  readonly maxOutputTokens: number
  /** Ask for reasoning, if the model supports it. */
  readonly thinking: boolean
  /** Null for the model's default. */
  readonly effort: Effort | null
  readonly tools: readonly ToolDefinition[]
  /** Equal for requests with a common beginning, for the provider's cache; or null. */
  readonly cacheKey: string | null
}

/** Tokens of one request. `input` includes cached tokens, `output` includes thinking; null if not reported. */
export interface Usage {
  readonly input: number
  readonly output: number
  readonly cached: number | null
  readonly thinking: number | null
}

/**
 * A stream consists of any number of events followed by exactly one end event; it never throws. Calls are
 * complete; a truncated or refused reply has none. `model` is the one that answers.
 */
export type ModelEvent =
  | { readonly type: 'model'; readonly model: string }
  /** The model takes no tools: it answers without those of the request. */
  | { readonly type: 'no-tools' }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  /** Base64, or the text of an image/svg+xml. */
  | { readonly type: 'picture'; readonly mime: string; readonly value: string }
  | ({ readonly type: 'call' } & ToolCall)
  | { readonly type: 'usage'; readonly usage: Usage }
  | ModelEnd

/**
 * done: finished · calls: the calls need answers · length: maxOutputTokens reached · interrupted: stopped, or the stream
 * ended without a finish reason · refused: the model or its provider declined · error. Messages are shown to everyone in
 * the notebook, so they must not contain secrets.
 */
export type ModelEnd =
  | { readonly type: 'end'; readonly reason: 'done' | 'length' | 'interrupted' }
  | { readonly type: 'end'; readonly reason: 'calls'; readonly turn: unknown }
  | { readonly type: 'end'; readonly reason: 'refused' | 'error'; readonly message: string }

export interface ModelDescription {
  readonly id: string
  readonly name: string
  /** Whether it can be shown images; absent if the list does not say. */
  readonly sees?: boolean
  /** Tokens of its whole context; absent if the list does not say. */
  readonly context?: number
}

export type ModelList =
  | {
      readonly ok: true
      readonly models: readonly ModelDescription[]
    }
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
  /** Without a slash. */
  readonly id: string
  /** Shown to people, e.g. "mock (no model is configured)". */
  readonly label: string
  /** The default model; null for the first one listed. */
  readonly usualModel: string | null
  /** Maximum estimated tokens of a request; null if it is above the default budget. */
  readonly maxInputTokens: number | null
  /** The models on offer, fetched on each call. */
  readonly models: () => Promise<ModelList>
  /** Of a model, '' for the default. Synchronous if the server need not be asked. */
  readonly sight: (model: string) => Sight | Promise<Sight>
  /** Aborting `signal` cancels the upstream request and ends the stream with reason 'interrupted'. */
  readonly stream: (request: ModelRequest, signal: StopSignal) => AsyncIterable<ModelEvent>
  /** Generates an image; absent if not supported. */
  readonly image?: (request: PictureRequest, signal: StopSignal) => AsyncIterable<ModelEvent>
}

/** The first one is the default. */
export type Providers = readonly [Provider, ...Provider[]]
