import { listen } from './listen.ts'

/** The browser would leave the page to show a file that is dropped where nothing takes it. */
export const refuseStrayFiles = (): (() => void) =>
  listen(window, ['dragover', 'drop'], (event: DragEvent) => {
    const { dataTransfer, defaultPrevented } = event
    if (defaultPrevented || dataTransfer?.types.includes('Files') !== true) return
    event.preventDefault()
    dataTransfer.dropEffect = 'none'
  })
