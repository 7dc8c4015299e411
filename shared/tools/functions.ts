// Functions of the runner's kernel that a prompt refers to, as tools.
import type { Leaf } from '../notebook/notebook.ts'
import { plainJson } from '../notebook/output/output.ts'
import type { OfferedFunction, Reference } from '../notebook/references.ts'
import { isRecord } from '../record.ts'
import { failed, worked } from './tool-result.ts'
import type { KernelTool } from './tool.ts'

/** As a Python literal. */
const literal = (value: Leaf): string => {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (isRecord(value))
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${literal(each)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

const functionTool = ({ name, description, parameters, awaited }: OfferedFunction): KernelTool => ({
  executor: 'kernel',
  tier: 'run',
  name,
  description,
  parameters,
  exact: (input) => {
    const given = plainJson(input)
    const known = isRecord(parameters['properties']) ? parameters['properties'] : {}
    if (!isRecord(given)) return failed('The arguments are invalid.')
    const unknown = Object.keys(given).find(
      (key) => !Object.hasOwn(known, key) || !/^\p{ID_Start}\w*$|^_\w*$/u.test(key),
    )
    if (unknown !== undefined) return failed(`${name} has no parameter ${unknown}.`)
    const args = Object.entries(given).map(([key, value]) => `${key}=${literal(value)}`)
    return worked(`${awaited === true ? 'await ' : ''}${name}(${args.join(', ')})`)
  },
})

export const functionTools = (references: readonly Reference[]): readonly KernelTool[] =>
  references.flatMap((reference) => ('parameters' in reference ? [functionTool(reference)] : []))
