import { build } from 'vite'

/** Bundles everything that a script needs into one classic script, to be put into a page. */
export const inlineScript = async (entry) => {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      // Inlines all assets that style sheets refer to.
      assetsInlineLimit: 1_000_000,
      rolldownOptions: { input: entry, output: { format: 'iife', codeSplitting: false } },
    },
  })
  return built.output[0].code
}
