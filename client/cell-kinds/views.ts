// How every kind is drawn. A new one is a file of its own and a line here.
import type { KindName } from '../../shared/notebook/notebook.ts'
import { code } from './code.ts'
import { image } from './image.ts'
import type { KindView } from './kind-view.ts'
import { note } from './note.ts'
import { prompt } from './prompt.ts'
import { raw } from './raw.ts'
import { sql } from './sql.ts'

/** In the order in which people are offered them. */
export const kindViews: readonly KindView[] = [code, note, prompt, sql, image, raw]

/** A kind this version does not know is drawn as raw, and a cell that has gone. */
export const viewOf = (name: KindName | undefined): KindView =>
  kindViews.find(({ kind }) => kind.name === name) ?? raw
