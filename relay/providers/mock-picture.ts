// What the mock answers where a picture is asked for: a drawing that says so.
const lineLength = 44
const mostLines = 6

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Words in lines; what is too much ends in an ellipsis. */
const linesOf = (text: string): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(/\s+/).flatMap((word) => word.match(/.{1,44}/gsu) ?? [])) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < lineLength)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.length > mostLines ? [...lines.slice(0, mostLines - 1), '…'] : lines
}

/** An SVG, the same for the same prompt. */
export const mockPicture = (prompt: string): string => {
  const lines = linesOf(prompt).map(
    (line, at) => `<text x="240" y="${130 + at * 24}" font-size="16">${escaped(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300" role="img">
<title>A drawing by the mock: no model is configured</title>
<rect width="480" height="300" fill="#eceaf6"/>
<rect x="8" y="8" width="464" height="284" fill="none" stroke="#6247b8" stroke-width="2" stroke-dasharray="8 6"/>
<g fill="#2b2440" font-family="system-ui, sans-serif" text-anchor="middle">
<text x="240" y="56" font-size="22" font-weight="bold">Mock picture</text>
<text x="240" y="82" font-size="14">No model is configured. This was asked for:</text>
${lines.join('\n')}
</g>
</svg>
`
}
