import { cellKinds } from '../../shared/notebook/cell-kinds/kinds.ts'

/** With one that only a newer version knows. */
export const kindNames: readonly string[] = [...cellKinds.map(({ name }) => name), 'chart']
