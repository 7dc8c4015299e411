// Mermaid diagrams. The library (2 MB, in chunks by diagram type) is loaded when the first diagram is near the viewport.
// Until then, or if it cannot be loaded or the text is invalid, the source is shown.

import { isDark } from '../settings/look.ts'
import { whenNear } from './when-near.ts'

export const diagram = (text: string): HTMLElement => {
  const place = document.createElement('div')
  place.className = 'nb-diagram'
  const source = document.createElement('pre')
  source.className = 'nb-code'
  source.textContent = text
  place.append(source)
  whenNear(place, 600, () => void draw(text, place).finally(() => (place.dataset['drawn'] = '')))
  return place
}

const draw = async (text: string, place: HTMLElement): Promise<void> => {
  const fail = (message: string): void => {
    const note = document.createElement('p')
    note.className = 'nb-diagram-error'
    note.textContent = message
    place.prepend(note)
  }
  const mermaid = await import('./mermaid.ts').catch((error: unknown) => {
    console.warn('Mermaid could not be loaded:', error)
    return null
  })
  if (mermaid === null)
    return fail('The diagram library is not in this browser yet, and the relay cannot be reached.')
  const dark = isDark(place)
  let svg: string
  try {
    svg = await mermaid.mermaidSvg(text, dark)
  } catch (error) {
    return fail(`Invalid diagram: ${error instanceof Error ? error.message : String(error)}`)
  }
  // An SVG in an <img> cannot run or load anything, whatever the library may let through.
  const image = document.createElement('img')
  image.alt = accessibleName(text)
  // Mermaid sets the width to 100 %, which would enlarge small diagrams.
  const [, width] = /viewBox="[-\d.]+ [-\d.]+ ([\d.]+) /.exec(svg) ?? []
  if (width !== undefined) image.width = Math.ceil(Number(width))
  if (dark) image.dataset['dark'] = ''
  image.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true })
  place.replaceChildren(image)
}

/** The diagram's title if it has one, else its source. */
export const accessibleName = (text: string): string =>
  /^[ \t]*(?:accTitle|title)[ \t:]+(\S.*)$/m.exec(text)?.[1] ?? `Diagram: ${text.slice(0, 1_000)}`
