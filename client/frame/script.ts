// Runs scripts given as text, inside the output frame.

/** Runs synchronously, like an inline script. */
export const run = (code: string): void => {
  const script = document.createElement('script')
  script.text = code
  document.body.append(script)
}

/** Scripts inserted as HTML do not run, so they are replaced by copies, which run one after another. */
export const runScripts = async (root: ParentNode): Promise<void> => {
  for (const parsed of root.querySelectorAll('script')) {
    const script = document.createElement('script')
    for (const { name, value } of parsed.attributes) script.setAttribute(name, value)
    script.async = false
    // Only modules with a URL fire a load event.
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
