// The line in printed text that stands for an omitted part. It is part of the text, and so of the file.

const ending = ' characters left out]'
const notice = /\[([\d,]+) lines, [\d,]+ characters left out\]/g

export const leftOutNotice = (lines: number, characters: number): string =>
  `[${lines.toLocaleString('en')} lines, ${characters.toLocaleString('en')}${ending}`

export const leftOutLines = (text: string): number => {
  // Called whenever a text of megabytes grows; usually it has none.
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
