// Typesets formulas with MathJax and Jupyter's settings, so that the results are the same as in Jupyter. Large: import it
// only when there may be a formula.
import { AssistiveMmlHandler } from 'mathjax-full/js/a11y/assistive-mml.js'
import type { DOMAdaptor } from 'mathjax-full/js/core/DOMAdaptor.js'
import type { MathDocument } from 'mathjax-full/js/core/MathDocument.js'
import type { OutputJax } from 'mathjax-full/js/core/OutputJax.js'
import { HTMLHandler } from 'mathjax-full/js/handlers/html/HTMLHandler.js'
import { TeX } from 'mathjax-full/js/input/tex.js'
import { AllPackages } from 'mathjax-full/js/input/tex/AllPackages.js'
import { Configuration } from 'mathjax-full/js/input/tex/Configuration.js'
import { MapHandler } from 'mathjax-full/js/input/tex/MapHandler.js'
import { CommandMap, type MacroMap } from 'mathjax-full/js/input/tex/SymbolMap.js'
import { Macro } from 'mathjax-full/js/input/tex/Symbol.js'
import { SafeHandler } from 'mathjax-full/js/ui/safe/SafeHandler.js'

// In `\text{…}` these characters are literal. TeX would reject them or start a comment; MathJax without the textmacros
// extension does neither.
const inText = MapHandler.getMap('text-special') as MacroMap
for (const character of '_^#&%')
  inText.add(
    character,
    new Macro(character, (parser: object & { text?: string; stack?: unknown }) => {
      parser.text = (parser.text ?? '') + character
    }),
  )

// Everything that `\require` can load in Jupyter is there from the start, except physics, which changes other macros.
const loadPhysics = 'load-physics'
const requireMap = new CommandMap(
  'jupyter-require',
  { require: 'require' },
  {
    require(parser) {
      const isPhysics = parser.GetArgument(String.raw`\require`) === 'physics'
      const { packageData } = parser.configuration
      const load = packageData.get(loadPhysics) as (() => void) | undefined
      if (!isPhysics || load === undefined) return
      packageData.delete(loadPhysics)
      load()
    },
  },
)
Configuration.create('jupyter-require', {
  handler: { macro: [requireMap.name] },
  config: (configuration, jax) =>
    jax.parseOptions.packageData.set(loadPhysics, () => configuration.add('physics', jax)),
})

/** Create one per notebook: macros and labels are shared by all formulas of a document. */
export const formulaDocument = <N, T, D>(
  adaptor: DOMAdaptor<N, T, D>,
  document: D,
  output: OutputJax<N, T, D> | null,
): MathDocument<N, T, D> => {
  const handler = AssistiveMmlHandler(SafeHandler(new HTMLHandler(adaptor as never)) as never)
  return handler.create(document, {
    InputJax: new TeX<N, T, D>({
      // Formulas are untrusted: they cannot configure MathJax, and macro expansion is limited. bussproofs needs an output
      // to measure with.
      packages: [
        ...AllPackages.filter(
          (name) => name !== 'configmacros' && (name !== 'bussproofs' || output !== null),
        ),
        'jupyter-require',
      ],
      processEscapes: true,
      maxMacros: 1_000,
      maxBuffer: 20_000,
      // Formulas are typeset again when their note or a macro changes.
      ignoreDuplicateLabels: true,
    }),
    ...(output === null ? {} : { OutputJax: output }),
    safeOptions: {
      // Labels, which may have any name, are what `\eqref` leads to.
      idPattern: /^mjx-(?:eqn:.+|[-\w.]+)$/s,
      allow: { URLs: 'safe', classes: 'none', cssIDs: 'safe', styles: 'safe' },
      safeProtocols: { http: true, https: true, mailto: true, file: false, javascript: false, data: false },
    },
  }) as MathDocument<N, T, D>
}

/** The macros and labels that a formula defines for other formulas. */
export const definedNames = (tex: string): readonly string[] =>
  [
    ...tex.matchAll(
      /\\(?:(?:re|provide)?newcommand|renewcommand|providecommand|DeclareMathOperator|def|gdef|let|newenvironment|renewenvironment)\*?\s*\{?\s*(\\?[A-Za-z]{1,50})/g,
    ),
    ...tex.matchAll(/\\label\s*\{([^{}]{1,200})\}/g),
  ].map(([, name = '']) => name)
