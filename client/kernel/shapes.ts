// What an unknown value is, as far as whoever parses it needs to know.

export const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')
