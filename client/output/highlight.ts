// Syntax highlighting for read-only code, with the same classes as in the editor. The parsers are loaded on demand.

/** UTF-16 code units. Parsing longer code would delay typing. */
const maxLength = 100_000

/** Highlights the text of the element once the language is loaded. Ignores unknown languages. */
export const highlight = (element: HTMLElement, languageName: string): void => {
  const code = element.textContent
  const language = languageName.toLowerCase()
  if (code.length > maxLength || language === '') return
  import('./modes.ts')
    .then((modes) => modes.highlighted(code, language))
    .then(
      (fragment) => fragment && element.replaceChildren(fragment),
      (error: unknown) => console.warn(`Highlighting for ${language} could not be loaded:`, error),
    )
}
