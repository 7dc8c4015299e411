// Images that can be enlarged.

/** Wraps the image in a button that shows it full-screen. Escape or another click goes back. */
export const zoomable = (image: HTMLImageElement): HTMLElement => {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'nb-zoom'
  button.ariaLabel = `Enlarge: ${image.alt}`
  button.append(image)
  button.addEventListener('click', () => enlarge(image))
  return button
}

const enlarge = (image: HTMLImageElement): void => {
  const dialog = document.createElement('dialog')
  dialog.className = 'nb-zoomed'
  dialog.ariaLabel = image.alt
  const close = document.createElement('button')
  close.type = 'button'
  close.ariaLabel = 'Close'
  close.autofocus = true
  const large = document.createElement('img')
  large.alt = image.alt
  large.src = image.src
  large.style.setProperty('--nb-ratio', String(image.naturalWidth / image.naturalHeight || 1))
  close.append(large)
  dialog.append(close)
  dialog.addEventListener('click', () => dialog.close())
  // Keeps the notebook's keyboard shortcuts from being triggered.
  dialog.addEventListener('keydown', (event) => event.stopPropagation())
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
