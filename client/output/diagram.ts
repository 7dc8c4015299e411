// Mermaid's diagrams. The library (2 MB, in parts by kind of diagram) comes when the first one is near; until then, and
// where it cannot be had or the text is none, there is the text.

export function diagram(text: string): HTMLElement {
  const place = document.createElement('div')
  place.className = 'nb-diagram'
  const source = document.createElement('pre')
  source.className = 'nb-code'
  source.textContent = text
  place.append(source)
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      near.disconnect()
      void draw(text, place)
    },
    { rootMargin: '600px' },
  )
  near.observe(place)
  return place
}

async function draw(text: string, place: HTMLElement): Promise<void> {
  const say = (words: string): void => {
    const note = document.createElement('p')
    note.className = 'nb-diagram-error'
    note.textContent = words
    place.prepend(note)
  }
  const mermaid = await import('./mermaid.ts').catch((error: unknown) => {
    console.warn('Mermaid could not be loaded:', error)
    return null
  })
  if (mermaid === null)
    return say('What diagrams are drawn with is not in this browser yet, and the relay cannot be reached.')
  const { colorScheme } = getComputedStyle(place)
  const dark =
    colorScheme === 'dark' ||
    (colorScheme.includes('dark') && window.matchMedia('(prefers-color-scheme: dark)').matches)
  let picture: string
  try {
    picture = await mermaid.mermaidPicture(text, dark)
  } catch (error) {
    return say(`Not a diagram: ${error instanceof Error ? error.message : String(error)}`)
  }
  // As an image it can neither run nor load anything, whatever a later version of the library lets through.
  const image = document.createElement('img')
  image.alt = accessibleName(text)
  // It says of itself that it is as wide as there is room; drawn so, a small one would be huge.
  const [, width] = /viewBox="[-\d.]+ [-\d.]+ ([\d.]+) /.exec(picture) ?? []
  if (width !== undefined) image.width = Math.ceil(Number(width))
  image.src = URL.createObjectURL(new Blob([picture], { type: 'image/svg+xml' }))
  image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true })
  place.replaceChildren(image)
}

/** What the author called it, else what it says. */
const accessibleName = (text: string): string =>
  /^\s*(?:accTitle|title)\s*:?\s*(\S.*)$/m.exec(text)?.[1] ?? `Diagram: ${text.slice(0, 1_000)}`
