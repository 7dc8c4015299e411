export const chooseModelFile = (use: (file: File) => void): void => {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.gguf'
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file !== undefined) use(file)
  })
  input.click()
}
