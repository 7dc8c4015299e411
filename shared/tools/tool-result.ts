/** The text is for the model and for people. */
export interface ToolResult {
  readonly ok: boolean
  readonly text: string
}

/** Characters that are kept at each end of a long text. */
export const endLength = 5_000

export const worked = (text: string): ToolResult => ({ ok: true, text })
export const failed = (text: string): ToolResult => ({ ok: false, text })
