// The packages of a notebook in a .py file, as PEP 723 has them: `uv run` and others install them before they run it.
// https://packaging.python.org/en/latest/specifications/inline-script-metadata/
import { fromLeaves } from '../ipynb/keys.ts'
import type { Member } from '../ipynb/json-read.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { namedPackages, packagesKey } from '../notebook/packages.ts'

const start = '# /// script'

/** Empty if there are none, or if a cell has such a block: a file may have only one. */
export const scriptBlock = ({ meta, cells }: Notebook): string[] => {
  const packages = namedPackages(new Map(fromLeaves(meta)).get(packagesKey))
  if (packages.length === 0 || cells.some(({ source }) => source.split('\n').includes(start))) return []
  const lines = packages.map(({ name, version }) => `#   "${name}==${version}",`)
  return [start, '# dependencies = [', ...lines, '# ]', '# ///']
}

/** The metadata of a block as it is written here; null for any other, which stays a cell. */
export const packagesOfBlock = (lines: readonly string[]): Member | null => {
  const packages = lines.slice(2, -2).map((line) => {
    const [, name = '', version = ''] = /^# {3}"([^"=]+)==([^"=]+)",$/.exec(line) ?? []
    return { name, version }
  })
  const [first, second, ...rest] = lines
  const isWhole = first === start && second === '# dependencies = [' && rest.slice(-2).join() === '# ],# ///'
  return isWhole && packages.length > 0 && namedPackages(packages).length === packages.length
    ? [packagesKey, packages]
    : null
}
