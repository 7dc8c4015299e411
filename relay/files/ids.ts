// path → docId in `.llm-notebook/ids.json`, so that notebooks keep their identity if the log is lost. The log takes
// precedence; this is read only for paths it does not know.
import { readFile } from 'node:fs/promises'
import { isMissing, writeAtomically } from '../disk/atomic.ts'

export class Ids {
  private constructor(
    private readonly file: string,
    private readonly ids: Map<string, string>,
  ) {}

  static async open(file: string): Promise<Ids> {
    return new Ids(file, await read(file))
  }

  get(path: string): string | null {
    return this.ids.get(path) ?? null
  }

  async set(path: string, docId: string): Promise<void> {
    this.ids.set(path, docId)
    await this.write()
  }

  async move(path: string, to: string): Promise<void> {
    const docId = this.ids.get(path)
    if (docId === undefined) return
    this.ids.delete(path)
    this.ids.set(to, docId)
    await this.write()
  }

  async remove(path: string): Promise<void> {
    if (this.ids.delete(path)) await this.write()
  }

  private write(): Promise<void> {
    const sorted = [...this.ids].sort(([a], [b]) => (a < b ? -1 : 1))
    return writeAtomically(this.file, `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`)
  }
}

/** An invalid file counts as empty: new ids are created. */
const read = async (file: string): Promise<Map<string, string>> => {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof value !== 'object' || value === null) return new Map()
    return new Map(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return new Map()
    throw error
  }
}
