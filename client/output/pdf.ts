// A PDF output, which opens in a new tab. The page embeds nothing that could have scripts, and browsers do not show their
// PDF viewer in a frame with an opaque origin.

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64.replace(/\s+/g, '')), (character) => character.charCodeAt(0))

export const pdfElement = (base64: string): HTMLElement => {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'nb-fold'
  const size = new Intl.NumberFormat('en', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 })
  button.textContent = `Open PDF (${size.format(Math.ceil((base64.length * 3) / 4 / 1_000))})`
  button.addEventListener('click', () => {
    try {
      const url = URL.createObjectURL(new Blob([bytesOf(base64)], { type: 'application/pdf' }))
      window.open(url, '_blank', 'noopener')
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      button.textContent = 'Invalid PDF'
    }
  })
  return button
}
