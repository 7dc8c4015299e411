// Mermaid, which is large and comes in parts by kind of diagram.
import mermaid from 'mermaid'

let drawn = 0

/** A picture as SVG; throws where the text is no diagram. */
export async function mermaidPicture(text: string, dark: boolean): Promise<string> {
  mermaid.initialize({
    startOnLoad: false,
    // No script, no click, no HTML of its own: labels are text.
    securityLevel: 'strict',
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    suppressErrorRendering: true,
    theme: dark ? 'dark' : 'default',
    maxTextSize: 50_000,
    maxEdges: 500,
  })
  return (await mermaid.render(`nb-diagram-${drawn++}`, text)).svg
}
