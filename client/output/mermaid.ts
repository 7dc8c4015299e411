// Loaded on demand, because Mermaid is large.
import mermaid from 'mermaid'

let count = 0

/** Renders to SVG; throws if the text is not a valid diagram. */
export const mermaidSvg = async (text: string, dark: boolean): Promise<string> => {
  mermaid.initialize({
    startOnLoad: false,
    // No scripts, no click handlers, no HTML in labels.
    securityLevel: 'strict',
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    suppressErrorRendering: true,
    theme: dark ? 'dark' : 'default',
    maxTextSize: 50_000,
    maxEdges: 500,
  })
  return (await mermaid.render(`nb-diagram-${count++}`, text)).svg
}
