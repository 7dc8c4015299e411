// Prepares the HTML of an output, and of pages embedded in it, before anything is loaded: libraries that are part of the
// app are inlined, files beside the notebook are requested, and hints about Jupyter's menus are removed.

import { bundledLibraryAt, bundledSource } from './bundled-library.ts'
import { showFolderFiles } from './folder-file.ts'
import type { Send } from './message.ts'

const inlineLibraries = async (root: ParentNode, send: Send): Promise<void> => {
  for (const script of root.querySelectorAll('script')) {
    const name = bundledLibraryAt(script.getAttribute('src') ?? '')
    const source = name === null ? null : await bundledSource(name, send)
    if (source !== null) {
      for (const attribute of ['src', 'integrity', 'crossorigin', 'async', 'defer'])
        script.removeAttribute(attribute)
      script.textContent = source.replaceAll('</script', String.raw`<\/script`)
    } else if (script.type === 'module') await moduleImports(script, send)
  }
  for (const link of root.querySelectorAll('link[rel=stylesheet]')) {
    const name = bundledLibraryAt(link.getAttribute('href') ?? '')
    const source = name === null ? null : await bundledSource(name, send)
    if (source === null) continue
    const style = document.createElement('style')
    style.textContent = source
    link.replaceWith(style)
  }
}

/** Inlines libraries imported for their globals by `import "https://…"`. */
const moduleImports = async (script: HTMLScriptElement, send: Send): Promise<void> => {
  for (const [statement, url] of script.textContent.matchAll(/\bimport\s*["'](https:[^"']+)["'];?/g)) {
    const name = bundledLibraryAt(url ?? '')
    const source = name === null ? null : await bundledSource(name, send)
    if (source === null) continue
    const library = document.createElement('script')
    library.textContent = source
    script.before(library)
    script.textContent = script.textContent.replace(statement, '')
  }
}

/** The hosts an embedded page loads from. Its policy violations are not reported to the embedding output. */
const hostsOf = (page: Document): string[] => {
  const urls = [
    ...[...page.querySelectorAll('[src]')].map((element) => element.getAttribute('src') ?? ''),
    ...[...page.querySelectorAll('link[href]')].map((element) => element.getAttribute('href') ?? ''),
    ...[...page.documentElement.textContent.matchAll(/https:\/\/[^"'\s]*\{z\}/g)].flatMap(([tiles]) =>
      ['a', 'b', 'c'].map((part) => tiles.replace('{s}', part)),
    ),
  ]
  return urls.flatMap((url) => (url.startsWith('https:') && URL.canParse(url) ? [new URL(url).host] : []))
}

/** Returns the hosts that embedded pages load from. */
export const localize = async (root: ParentNode, send: Send): Promise<readonly string[]> => {
  await inlineLibraries(root, send)
  await showFolderFiles(root, send)
  const hosts: string[] = []
  for (const frame of root.querySelectorAll<HTMLIFrameElement>('iframe[srcdoc]')) {
    const page = new DOMParser().parseFromString(frame.srcdoc, 'text/html')
    await inlineLibraries(page, send)
    hosts.push(...hostsOf(page))
    frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`
    frame.setAttribute('srcdoc', frame.srcdoc)
  }
  for (const words of root.querySelectorAll('span'))
    if (words.textContent.trim().startsWith('Make this Notebook Trusted')) words.remove()
  return [...new Set(hosts)]
}
