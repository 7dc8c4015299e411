// Running what came as text, inside the output frame.

/** Runs at once, as an inline script of the page does. */
export function run(code: string): void {
  const script = document.createElement('script')
  script.text = code
  document.body.append(script)
}

/** Parsed-in scripts never run; copies made here do, one after the other as in a page. */
export async function runScripts(root: ParentNode): Promise<void> {
  for (const parsed of root.querySelectorAll('script')) {
    const script = document.createElement('script')
    for (const { name, value } of parsed.attributes) script.setAttribute(name, value)
    script.async = false
    // Only a module with an address says when it has run.
    if (script.type === 'module' && script.src === '')
      script.src = URL.createObjectURL(new Blob([parsed.textContent], { type: 'text/javascript' }))
    else script.text = parsed.textContent
    const loaded = script.src
      ? new Promise((resolve) => {
          script.addEventListener('load', resolve)
          script.addEventListener('error', resolve)
        })
      : null
    parsed.replaceWith(script)
    await loaded
  }
}
