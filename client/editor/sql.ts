// SQL as in SQLite, loaded on demand: see language.ts.
import { StreamLanguage } from '@codemirror/language'
import { sqlite } from '@codemirror/legacy-modes/mode/sql'

export const sqlLanguage = StreamLanguage.define(sqlite)
