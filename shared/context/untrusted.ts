// The boundary around text that is material for a model, and not words of the person who asks it.

const start = /<(?=\/?untrusted\b)/gi

/** `from` says whose text it is. The text itself cannot end the boundary. */
export const untrusted = (from: string, text: string): string =>
  `<untrusted from="${from.replace(/["<>\s]+/g, ' ').slice(0, 200)}">\n${text.replace(start, '&lt;')}\n</untrusted>`
