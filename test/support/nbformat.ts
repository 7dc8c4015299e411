// Validates nbformat 4.5 with rules of our own and, if it is available, with the official schema.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'

const schemaFile = fileURLToPath(new URL('../../../shared/ipynb/nbformat.v4.5.schema.json', import.meta.url))

type Json = { readonly [key: string]: unknown }
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'))

const outputKeys: Readonly<Record<string, readonly string[]>> = {
  stream: ['name', 'text'],
  display_data: ['data', 'metadata'],
  execute_result: ['data', 'metadata', 'execution_count'],
  error: ['ename', 'evalue', 'traceback'],
}

const ownProblems = (notebook: unknown): string[] => {
  if (!isJson(notebook)) return ['not an object']
  const problems: string[] = []
  const check = (isValid: boolean, what: string): void => {
    if (!isValid) problems.push(what)
  }
  check(notebook['nbformat'] === 4 && notebook['nbformat_minor'] === 5, 'nbformat 4.5')
  check(isJson(notebook['metadata']), 'metadata')
  const cells = Array.isArray(notebook['cells']) ? notebook['cells'].filter(isJson) : []
  check(cells.length > 0, 'cells')
  check(new Set(cells.map(({ id }) => id)).size === cells.length, 'unique ids')
  for (const [index, cell] of cells.entries()) {
    const { id, cell_type, source, metadata, outputs, execution_count } = cell
    const at = `cell ${index + 1}: `
    check(typeof id === 'string' && /^[\w-]{1,64}$/.test(id), `${at}id`)
    check(isText(source), `${at}source`)
    check(isJson(metadata), `${at}metadata`)
    check(['code', 'markdown', 'raw'].includes(String(cell_type)), `${at}cell_type`)
    check((cell_type === 'code') === 'outputs' in cell, `${at}outputs`)
    if (cell_type !== 'code') continue
    check(execution_count === null || Number.isInteger(execution_count), `${at}execution_count`)
    for (const output of Array.isArray(outputs) ? (outputs as unknown[]) : []) {
      const type = isJson(output) ? String(output['output_type']) : ''
      const keys = isJson(output) ? Object.keys(output).filter((key) => key !== 'output_type') : []
      check(
        keys.toSorted().join() === [...(outputKeys[type] ?? ['none'])].toSorted().join(),
        `${at}${type} output`,
      )
    }
  }
  return problems
}

let isReported = false
/** Empty if the notebook is valid. */
export const notebookProblems = (text: string): string[] => {
  const notebook: unknown = JSON.parse(text)
  const problems = ownProblems(notebook)
  if (!existsSync(schemaFile)) {
    if (!isReported) console.log('skipped: the schema in ../shared/ipynb does not exist')
    isReported = true
    return problems
  }
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  const { $schema: _, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8')) as Json
  const validate = ajv.compile(schema)
  if (!validate(notebook))
    for (const { instancePath, message } of validate.errors ?? []) problems.push(`${instancePath} ${message}`)
  return problems
}
