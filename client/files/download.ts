/** Starts a download in the browser. */
export const download = (content: Blob, name: string): void => {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser keeps the blob once the download has started.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
