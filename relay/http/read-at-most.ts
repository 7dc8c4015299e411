/** All the bytes of a stream; `tooLarge` makes the error that is thrown once there are more than `limit`. */
export const readAtMost = async (
  stream: AsyncIterable<unknown>,
  limit: number,
  tooLarge: () => Error,
): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).byteLength
    if (size > limit) throw tooLarge()
  }
  return Buffer.concat(chunks)
}
