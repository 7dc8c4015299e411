import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'vite'

const compress = promisify(brotliCompress)
/** Bytes below which a smaller twin is not worth a file. */
const minSize = 4_096

/** Gives scripts and styles `.br` twins, which the relay sends to browsers that accept them. */
export const precompressed = (): Plugin => ({
  name: 'precompressed',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    async handler(_options, bundle) {
      const texts = Object.entries(bundle).filter(
        ([name]) => /^(assets|frame)\//.test(name) && /\.(js|css|ttf|wasm)$/.test(name),
      )
      for (const [name, file] of texts) {
        const source = Buffer.from(file.type === 'chunk' ? file.code : file.source)
        if (source.length < minSize) continue
        const params = { [constants.BROTLI_PARAM_QUALITY]: 7 }
        this.emitFile({ type: 'asset', fileName: `${name}.br`, source: await compress(source, { params }) })
      }
    },
  },
})
