// Formulas by MathJax, the library Jupyter sets them with, and with Jupyter's own settings: what it takes, numbers,
// aligns or refuses is the same here. Large: imported only where there may be a formula.
import { AssistiveMmlHandler } from 'mathjax-full/js/a11y/assistive-mml.js'
import type { DOMAdaptor } from 'mathjax-full/js/core/DOMAdaptor.js'
import type { MathDocument } from 'mathjax-full/js/core/MathDocument.js'
import type { OutputJax } from 'mathjax-full/js/core/OutputJax.js'
import { HTMLHandler } from 'mathjax-full/js/handlers/html/HTMLHandler.js'
import { TeX } from 'mathjax-full/js/input/tex.js'
import { AllPackages } from 'mathjax-full/js/input/tex/AllPackages.js'
import { MapHandler } from 'mathjax-full/js/input/tex/MapHandler.js'
import type { MacroMap } from 'mathjax-full/js/input/tex/SymbolMap.js'
import { Macro } from 'mathjax-full/js/input/tex/Symbol.js'
import { SafeHandler } from 'mathjax-full/js/ui/safe/SafeHandler.js'

// In `\text{…}` these are what they are. TeX refuses them, or takes a comment for one; plain MathJax does neither.
const inText = MapHandler.getMap('text-special') as MacroMap
for (const character of '_^#&%')
  inText.add(
    character,
    new Macro(character, (parser: object & { text?: string; stack?: unknown }) => {
      parser.text = (parser.text ?? '') + character
    }),
  )

/** Macros and labels hold for all that is set with one of them: it is made once a notebook. */
export function formulaDocument<N, T, D>(
  adaptor: DOMAdaptor<N, T, D>,
  document: D,
  output: OutputJax<N, T, D> | null,
): MathDocument<N, T, D> {
  const handler = AssistiveMmlHandler(SafeHandler(new HTMLHandler(adaptor as never)) as never)
  return handler.create(document, {
    InputJax: new TeX<N, T, D>({
      // A formula is anybody's: nothing in it sets MathJax up, and a macro comes to an end. Proofs have to be measured.
      packages: AllPackages.filter(
        (name) => name !== 'configmacros' && (name !== 'bussproofs' || output !== null),
      ),
      processEscapes: true,
      maxMacros: 1_000,
      maxBuffer: 20_000,
    }),
    ...(output === null ? {} : { OutputJax: output }),
    safeOptions: {
      allow: { URLs: 'safe', classes: 'none', cssIDs: 'safe', styles: 'safe' },
      safeProtocols: { http: true, https: true, mailto: true, file: false, javascript: false, data: false },
    },
  }) as MathDocument<N, T, D>
}

/** What a formula gives to those that come after it, or have waited for it: names of macros and of labels. */
export const givenBy = (tex: string): readonly string[] =>
  [
    ...tex.matchAll(
      /\\(?:(?:re|provide)?newcommand|renewcommand|providecommand|DeclareMathOperator|def|gdef|let|newenvironment|renewenvironment)\*?\s*\{?\s*(\\?[A-Za-z]{1,50})/g,
    ),
    ...tex.matchAll(/\\label\s*\{([^{}]{1,200})\}/g),
  ].map(([, name = '']) => name)
