/** A notebook that this page's person has just moved to the bin. */
export interface Binned {
  readonly path: string
  /** Its entry there, by which it is restored; null if unknown. */
  readonly undo: string | null
}
