import { cellKinds } from '../../shared/notebook/cell-kinds/kinds.ts'

export const kindNames: readonly string[] = cellKinds.map(({ name }) => name)
