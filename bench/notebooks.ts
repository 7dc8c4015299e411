// Deterministic .ipynb texts for benchmarks.

/** Fifteen lines of ordinary code, different in each cell. */
const sourceOf = (n: number): string[] => {
  const body = Array.from({ length: 11 }, (_, i) => `    total += ${n} * values[${i}] - len('${n}-${i}')\n`)
  return [
    `def step_${n}(values):\n`,
    `    """Step ${n}."""\n`,
    '    total = 0\n',
    ...body,
    '    return total',
  ]
}

const textOf = (cells: readonly unknown[]): string =>
  `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`

const codeCell = (n: number, source: readonly string[]): unknown => ({
  cell_type: 'code',
  execution_count: null,
  id: `cell-${n}`,
  metadata: {},
  outputs: [],
  source,
})

/** Code cells of fifteen lines each. */
export const notebookOf = (cells: number): string =>
  textOf(Array.from({ length: cells }, (_, n) => codeCell(n, sourceOf(n))))

/** One code cell for each of the sources. */
export const cellsOf = (...sources: readonly string[]): string =>
  textOf(sources.map((source, n) => codeCell(n, [source])))

const promptCell = (source: string, n: number): unknown => ({
  cell_type: 'markdown',
  id: `prompt-${n}`,
  metadata: { solveit_ai: true },
  source: [source],
})

/** One prompt cell for each of the sources. */
export const promptsOf = (...sources: readonly string[]): string => textOf(sources.map(promptCell))

/** Notes, code and printed text, for reading and writing files. */
export const mixedNotebookOf = (cells: number): string =>
  textOf(
    Array.from({ length: cells }, (_, n) =>
      n % 3 === 0
        ? {
            cell_type: 'markdown',
            id: `note-${n}`,
            metadata: {},
            source: [`## Step ${n}\n`, '\n', `What comes *next* is number ${n}.`],
          }
        : {
            ...(codeCell(n, sourceOf(n)) as object),
            execution_count: n,
            outputs: [
              {
                name: 'stdout',
                output_type: 'stream',
                text: Array.from({ length: 5 }, (_, i) => `${n} ${i} ${n * i}\n`),
              },
            ],
          },
    ),
  )
