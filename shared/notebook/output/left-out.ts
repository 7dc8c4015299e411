// The line that stands in printed text for what was left out of it. Part of the text, so that the file says it too.

const number = new Intl.NumberFormat('en')
const ending = ' characters left out]'
const notice = /\[([\d,]+) lines, [\d,]+ characters left out\]/g

export const leftOutNotice = (lines: number, characters: number): string =>
  `[${number.format(lines)} lines, ${number.format(characters)}${ending}`

/** How many lines the notices in the text stand for. */
export const leftOutLines = (text: string): number => {
  // Asked at each growth of a text that is megabytes long: mostly there is none.
  if (!text.includes(ending)) return 0
  let lines = 0
  for (const [, count = ''] of text.matchAll(notice)) lines += Number(count.replaceAll(',', ''))
  return lines
}

export const countLines = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
