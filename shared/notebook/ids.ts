import { uint32 } from 'lib0/random'
import { textDigest } from './digest.ts'
import { cellId, type CellId } from './notebook.ts'

const hex = (digits: number): string => {
  let text = ''
  while (text.length < digits) text += uint32().toString(16).padStart(8, '0')
  return text.slice(0, digits)
}

/** 48 random bits in hex: two replicas offline for weeks must never make the same one. Valid in nbformat 4.5. */
export const newCellId = (): CellId => cellId(hex(12))

/** For a request and the run it becomes. */
export const newRequestId = (): string => hex(16)

/** For a person, in all notebooks of a browser. */
export const newUserId = (): string => hex(16)

/** For the kernel of one page. */
export const newKernelId = (): string => `kernel-${hex(12)}`

/** The id of a cell without one in its file, so that all readers agree. `occurrence` counts equal sources above it. */
export const derivedCellId = (docId: string, source: string, occurrence: number): CellId =>
  cellId(textDigest(JSON.stringify([docId, source, occurrence])).slice(0, 12))
