import { cellKinds } from '../../shared/notebook/cell-kinds/kinds.ts'

/** Includes a kind that only a newer version knows. */
export const kindNames: readonly string[] = [...cellKinds.map(({ name }) => name), 'chart']
