// How much models may be asked for, as the model peer sees it; the relay counts.

/** Who and what tokens are counted for. */
export interface Spender {
  /** The id of the person who asked, or the name where there is none; anybody may say any. */
  readonly person: string
  readonly notebook: string
}

export type Admission =
  /** `notice`: what is nearly used up. */
  | { readonly ok: true; readonly notice: string | null }
  /** Which cap is reached, and when it is over. */
  | { readonly ok: false; readonly reason: string }

export interface Caps {
  /** Asked once for each run, and for each suggestion, which is no run. */
  readonly admit: (who: Spender, what?: 'run' | 'suggestion') => Admission
  readonly spend: (who: Spender, tokens: number) => void
}
