// What makes a text a notebook of nbformat 4.5: the published schema where it lies, and rules of our own otherwise.
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
  const must = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what)
  }
  must(notebook['nbformat'] === 4 && notebook['nbformat_minor'] === 5, 'nbformat 4.5')
  must(isJson(notebook['metadata']), 'metadata')
  const cells = Array.isArray(notebook['cells']) ? notebook['cells'].filter(isJson) : []
  must(cells.length > 0, 'cells')
  must(new Set(cells.map(({ id }) => id)).size === cells.length, 'ids that differ')
  for (const [index, cell] of cells.entries()) {
    const { id, cell_type, source, metadata, outputs, execution_count } = cell
    const at = `cell ${index + 1}: `
    must(typeof id === 'string' && /^[\w-]{1,64}$/.test(id), `${at}id`)
    must(isText(source), `${at}source`)
    must(isJson(metadata), `${at}metadata`)
    must(['code', 'markdown', 'raw'].includes(String(cell_type)), `${at}cell_type`)
    must((cell_type === 'code') === 'outputs' in cell, `${at}outputs`)
    if (cell_type !== 'code') continue
    must(execution_count === null || Number.isInteger(execution_count), `${at}execution_count`)
    for (const output of Array.isArray(outputs) ? (outputs as unknown[]) : []) {
      const type = isJson(output) ? String(output['output_type']) : ''
      const keys = isJson(output) ? Object.keys(output).filter((key) => key !== 'output_type') : []
      must(
        keys.toSorted().join() === [...(outputKeys[type] ?? ['none'])].toSorted().join(),
        `${at}${type} output`,
      )
    }
  }
  return problems
}

let told = false
/** Empty for a valid notebook. */
export const notebookProblems = (text: string): string[] => {
  const notebook: unknown = JSON.parse(text)
  const problems = ownProblems(notebook)
  if (!existsSync(schemaFile)) {
    if (!told) console.log('left out: the schema of ../shared/ipynb is not here')
    told = true
    return problems
  }
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
  const { $schema: _, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8')) as Json
  const validate = ajv.compile(schema)
  if (!validate(notebook))
    for (const { instancePath, message } of validate.errors ?? []) problems.push(`${instancePath} ${message}`)
  return problems
}
