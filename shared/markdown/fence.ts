/** Backticks for a fence around the text: longer than any run of them in it. */
export const fenceFor = (text: string): string =>
  '`'.repeat((text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 2) + 1)
