/** Hands something to the browser's downloads. */
export const download = (content: Blob, name: string): void => {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has begun when the click is over, and has its own hold on the blob.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
