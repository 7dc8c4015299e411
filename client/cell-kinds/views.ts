// All kinds and how they are drawn. A new kind is one file and one line here.
import type { KindName } from '../../shared/notebook/notebook.ts'
import { code } from './code.ts'
import { image } from './image.ts'
import type { KindView } from './kind-view.ts'
import { note } from './note.ts'
import { prompt } from './prompt.ts'
import { raw } from './raw.ts'
import { sql } from './sql.ts'

/** In the order in which they are offered. */
export const kindViews: readonly KindView[] = [code, note, prompt, sql, image, raw]

/** Raw for a kind this version does not know, and for a deleted cell. */
export const viewOf = (name: KindName | undefined): KindView =>
  kindViews.find(({ kind }) => kind.name === name) ?? raw
