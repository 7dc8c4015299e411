/** The text is for the model and for people. */
export interface ToolResult {
  readonly ok: boolean
  readonly text: string
}

export const worked = (text: string): ToolResult => ({ ok: true, text })
export const failed = (text: string): ToolResult => ({ ok: false, text })
