// Cells in another language begin with `%%` and its name. Jupytext writes the ones below without that line, in the language
// of their fence or with their language in the cell's options.

const jupytext: ReadonlySet<string> = new Set(
  `R bash c# c++ clojure coconut cs csharp cython f# fs fsharp gnuplot go groovy haskell html idl java javascript jenner
  js julia latex logtalk lua markdown matlab maxima ocaml octave perl powershell pypy python python2 python3 q
  robotframework ruby rust sage sas scala scheme script sh sos spark sql stata svg tcl typescript xonsh`.split(
    /\s+/,
  ),
)

/** The options of such a cell: its language, and the arguments of its `%%` line. */
export const languageKey = 'language'
export const argumentsKey = 'magic_args'

export const isCellLanguage = (name: string): boolean => jupytext.has(name)

export interface ForeignCell {
  readonly language: string
  /** What follows the name; '' if there is nothing. */
  readonly args: string
  readonly lines: readonly string[]
}

/** Null if the source is in the notebook's own language. */
export const foreignCell = (source: string): ForeignCell | null => {
  const [first = '', ...lines] = source.split('\n')
  const [, language = '', args = ''] = /^%%([^\s]+)(?: (.*))?$/.exec(first) ?? []
  return isCellLanguage(language) && !(first.endsWith(' ') && args === '') ? { language, args, lines } : null
}

export const foreignSource = ({ language, args, lines }: ForeignCell): string =>
  [`%%${language}${args === '' ? '' : ` ${args}`}`, ...lines].join('\n')
