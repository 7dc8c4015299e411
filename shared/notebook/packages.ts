// The notebook's metadata that has its Python packages.
import type { Leaf } from './notebook.ts'
import { isRecord } from '../record.ts'

export const packagesKey = 'llm_notebook_packages'

export interface NamedPackage {
  readonly name: string
  readonly version: string
}

/** The names and versions of the valid entries. */
export const namedPackages = (leaf: Leaf | undefined): readonly NamedPackage[] =>
  Array.isArray(leaf)
    ? leaf.flatMap((each: Leaf) => {
        if (!isRecord(each)) return []
        const { name, version } = each
        return typeof name === 'string' && typeof version === 'string' && isPackage(name, version)
          ? [{ name, version }]
          : []
      })
    : []

const isPackage = (name: string, version: string): boolean =>
  /^[a-z0-9][a-z0-9._-]*$/.test(name) && /^[\w.!+-]+$/.test(version)
