// Base64 for the bytes in widget states.

export const base64ToView = (base64: string): DataView => {
  const text = atob(base64)
  return new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer)
}

export const viewToBase64 = (value: ArrayBuffer | ArrayBufferView): string => {
  const bytes =
    value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  const pieces: string[] = []
  // Limited number of arguments per call, because they are on the stack.
  for (let at = 0; at < bytes.length; at += 32_768)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)))
  return btoa(pieces.join(''))
}
