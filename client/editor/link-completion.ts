// In a note, `[[` offers the notebooks it could link to.
import type { CompletionSource } from '@codemirror/autocomplete'
import { language } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import { linkName, notebookNames } from '../notebooks/names.ts'

const inNote = (state: EditorState): boolean => state.facet(language)?.name === 'markdown'

/** A link that is not closed ends here. */
export const linkBegun = (state: EditorState, at: number): boolean =>
  inNote(state) && /\[\[[^[\]|\n]*$/.test(state.sliceDoc(state.doc.lineAt(at).from, at))

/** `here` is the path of the notebook the note is in. */
export const completeLink =
  (here: () => string): CompletionSource =>
  async (context) => {
    const { state, pos } = context
    if (!inNote(state)) return null
    const begun = context.matchBefore(/\[\[[^[\]|\n]*$/)
    if (begun === null) return null
    const names = await notebookNames()
    if (context.aborted) return null
    const end = state.sliceDoc(pos, pos + 2) === ']]' ? '' : ']]'
    return {
      from: begun.from + 2,
      options: names
        .filter(({ path }) => path !== here())
        .map(({ path, title }) => {
          const label = linkName(path, here())
          return { label, detail: title === label ? '' : title, apply: label + end, type: 'text' }
        }),
      validFor: /^[^[\]|\n]*$/,
    }
  }
