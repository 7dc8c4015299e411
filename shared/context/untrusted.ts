// The boundary around text that is material for a model, not instructions of the person who asks.

const start = /<(?=\/?untrusted\b)/gi

/** `from` names the source of the text. The text cannot end the boundary. */
export const untrusted = (from: string, text: string): string =>
  `<untrusted from="${from.replace(/["<>\s]+/g, ' ').slice(0, 200)}">\n${text.replace(start, '&lt;')}\n</untrusted>`
