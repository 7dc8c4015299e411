// A PDF among the outputs. The page embeds nothing that could hold scripts, and a frame without an origin has no viewer:
// it opens in a tab of its own, in the browser's.
import { bytesOf } from './save.ts'

export function pdfElement(base64: string): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'nb-fold'
  const size = new Intl.NumberFormat('en', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 })
  button.textContent = `Open the PDF (${size.format(Math.ceil((base64.length * 3) / 4 / 1_000))})`
  button.addEventListener('click', () => {
    try {
      const address = URL.createObjectURL(new Blob([bytesOf(base64)], { type: 'application/pdf' }))
      window.open(address, '_blank', 'noopener')
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      button.textContent = 'A PDF that cannot be read'
    }
  })
  return button
}
