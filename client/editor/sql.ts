// SQL as SQLite has it. Loaded when a text is in it: see language.ts.
import { StreamLanguage } from '@codemirror/language'
import { sqlite } from '@codemirror/legacy-modes/mode/sql'

export const sqlLanguage = StreamLanguage.define(sqlite)
