// Limits on model use, as the model peer sees them; the relay counts.

/** Who and what tokens are counted for. */
export interface Spender {
  /** The id of the person who asked, else the name; not verified. */
  readonly person: string
  readonly notebook: string
}

export type Admission =
  /** `notice`: what is nearly used up. */
  | { readonly ok: true; readonly notice: string | null }
  /** Which cap is reached, and until when. */
  | { readonly ok: false; readonly reason: string }

export interface Caps {
  /** Called once per run or suggestion. */
  readonly admit: (who: Spender, what?: 'run' | 'suggestion') => Admission
  readonly spend: (who: Spender, tokens: number) => void
}
