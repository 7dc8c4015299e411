// What a model server does, and the form in which each kind of server sends it.

export type Step =
  | { readonly type: 'text' | 'thinking'; readonly text: string }
  /** `cut`: the arguments break off. A wire that sends calls as a whole omits such a call. */
  | {
      readonly type: 'call'
      readonly id: string
      readonly name: string
      readonly pieces: readonly string[]
      readonly cut?: true
    }
  | { readonly type: 'finish'; readonly reason: 'stop' | 'calls' | 'length' | 'refused' }
  | { readonly type: 'error'; readonly message: string }

/** One response, in frames. */
export interface WireAnswer {
  readonly begin: () => string
  readonly write: (step: Step) => string
}

export interface Wire {
  readonly name: string
  readonly answerPath: string
  readonly modelsPath: string
  readonly contentType: string
  /** The list of models; `seeing`: those that accept images, null if the server does not say. */
  readonly models: (ids: readonly string[], seeing: readonly string[] | null) => unknown
  /** The path and the response for details of one model. */
  readonly show?: {
    readonly path: string
    readonly answer: (model: string, seeing: readonly string[] | null) => unknown
  }
  /** The body of a response with an error status. */
  readonly failure: (status: number, message: string) => unknown
  /** The text of the last message of a request. */
  readonly lastText: (body: never) => string
  readonly answer: (model: string) => WireAnswer
  /** What a server sends that ends early without an error, such as a finish without a reason; '' for nothing. */
  readonly politeEnd: string
}

/** The token counts that every response reports. */
export const told = { input: 15, output: 7, cached: 4, thinking: 2 } as const
/** The reason for refusals, on wires that have one. */
export const refusal = 'this is nothing I will do'
