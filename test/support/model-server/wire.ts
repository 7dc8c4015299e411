// What a model server does, and the form in which each kind of server says it.

export type Step =
  | { readonly type: 'text' | 'thinking'; readonly text: string }
  /** `cut`: the arguments do not go on. A wire that sends calls whole leaves such a one out. */
  | {
      readonly type: 'call'
      readonly id: string
      readonly name: string
      readonly pieces: readonly string[]
      readonly cut?: true
    }
  | { readonly type: 'finish'; readonly reason: 'stop' | 'calls' | 'length' | 'refused' }
  | { readonly type: 'error'; readonly message: string }

/** One answer, in frames. */
export interface WireAnswer {
  readonly begin: () => string
  readonly write: (step: Step) => string
}

export interface Wire {
  readonly name: string
  readonly answerPath: string
  readonly modelsPath: string
  readonly contentType: string
  /** What the list of models says; `seeing`: those that see images, null for a server that does not say. */
  readonly models: (ids: readonly string[], seeing: readonly string[] | null) => unknown
  /** Where and what it says of one model. */
  readonly show?: {
    readonly path: string
    readonly answer: (model: string, seeing: readonly string[] | null) => unknown
  }
  /** The body of a response that is no 200. */
  readonly failure: (status: number, message: string) => unknown
  /** The text of the last message of a request. */
  readonly lastText: (body: never) => string
  readonly answer: (model: string) => WireAnswer
  /** A finish without a reason, or what else a server says that ends early and politely; '' for nothing. */
  readonly politeEnd: string
}

/** The tokens every answer tells. */
export const told = { input: 15, output: 7, cached: 4, thinking: 2 } as const
/** Why the refusals are refused, where the wire says. */
export const refusal = 'this is nothing I will do'
