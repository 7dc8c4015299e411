// Placeholders for embedded pages, which the frame's policy blocks and the browser would show as empty boxes.

/** Replaces each `<iframe>`, `<embed>` and `<object>` with a web URL by a chip that shows the URL. */
export const replaceBlockedPages = (root: ParentNode): void => {
  for (const page of root.querySelectorAll('iframe[src], embed[src], object[data]')) {
    const url = page.getAttribute('src') ?? page.getAttribute('data') ?? ''
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) continue
    const chip = document.createElement('a')
    chip.className = 'nb-chip'
    chip.href = url
    chip.rel = 'noopener noreferrer'
    chip.title = url
    chip.textContent = `Page of ${new URL(url).host} · not loaded`
    // The sandbox does not allow opening a window, so a click shows the URL.
    chip.addEventListener('click', (event) => {
      event.preventDefault()
      chip.textContent = `${url} · not loaded`
    })
    page.replaceWith(chip)
  }
}
