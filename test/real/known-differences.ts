export const knownDifferences: readonly {
  readonly cell: string
  readonly part: string
  readonly reason: string
}[] = []
