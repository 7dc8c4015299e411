// The one place where a tool changes cells.
import { apply } from '../notebook/document/apply.ts'
import type { Operation } from '../notebook/document/operations.ts'
import { failed, worked, type ToolPlace, type ToolResult } from './tool.ts'

export type Change = Extract<
  Operation,
  { readonly type: 'insert-cell' | 'move-cell' | 'delete-cell' | 'splice-source' }
>

export const changeNotebook = ({ doc }: ToolPlace, change: Change): ToolResult => {
  const outcome = apply(doc, change, 'model')
  return outcome.ok ? worked('') : failed(`Not possible: ${outcome.reason}.`)
}
