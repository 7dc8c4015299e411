// What stands in place of a page inside an output: the frame's policy lets none in, and an empty box says nothing.

/** Each `<iframe>` and `<embed>` of an address elsewhere becomes a chip with that address; nothing is loaded. */
export function chipsForPages(root: ParentNode): void {
  for (const page of root.querySelectorAll('iframe[src], embed[src], object[data]')) {
    const address = page.getAttribute('src') ?? page.getAttribute('data') ?? ''
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) continue
    const chip = document.createElement('a')
    chip.className = 'nb-chip'
    chip.href = address
    chip.rel = 'noopener noreferrer'
    chip.title = address
    chip.textContent = `Page of ${new URL(address).host} · not loaded`
    // The sandbox lets no window open: a click shows where it would have led.
    chip.addEventListener('click', (event) => {
      event.preventDefault()
      chip.textContent = `${address} · not loaded`
    })
    page.replaceWith(chip)
  }
}
