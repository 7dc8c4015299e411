// HTML of an output before anything of it loads: what we have of what it asks servers for is put in its place, in the
// pages within it too, and the rest is named. Text about menus of Jupyter's goes.

import { libraryAt, librarySource } from './known.ts'
import type { FromFrame } from './message.ts'

type Tell = (message: FromFrame) => void

async function scripts(root: ParentNode, tell: Tell): Promise<void> {
  for (const script of root.querySelectorAll('script')) {
    const name = libraryAt(script.getAttribute('src') ?? '')
    const source = name === null ? null : await librarySource(name, tell)
    if (source !== null) {
      for (const attribute of ['src', 'integrity', 'crossorigin', 'async', 'defer'])
        script.removeAttribute(attribute)
      script.textContent = source.replaceAll('</script', String.raw`<\/script`)
    } else if (script.type === 'module') await modules(script, tell)
  }
  for (const link of root.querySelectorAll('link[rel=stylesheet]')) {
    const name = libraryAt(link.getAttribute('href') ?? '')
    const source = name === null ? null : await librarySource(name, tell)
    if (source === null) continue
    const style = document.createElement('style')
    style.textContent = source
    link.replaceWith(style)
  }
}

/** `import "https://…"` for what it leaves in the window. */
async function modules(script: HTMLScriptElement, tell: Tell): Promise<void> {
  for (const [statement, address] of script.textContent.matchAll(/\bimport\s*["'](https:[^"']+)["'];?/g)) {
    const name = libraryAt(address ?? '')
    const source = name === null ? null : await librarySource(name, tell)
    if (source === null) continue
    const library = document.createElement('script')
    library.textContent = source
    script.before(library)
    script.textContent = script.textContent.replace(statement, '')
  }
}

/** Servers that a page within an output asks; its refusals are not told to the output. */
function hostsOf(page: Document): string[] {
  const addresses = [
    ...[...page.querySelectorAll('[src]')].map((element) => element.getAttribute('src') ?? ''),
    ...[...page.querySelectorAll('link[href]')].map((element) => element.getAttribute('href') ?? ''),
    ...[...page.documentElement.textContent.matchAll(/https:\/\/[^"'\s]*\{z\}/g)].flatMap(([tiles]) =>
      ['a', 'b', 'c'].map((part) => tiles.replace('{s}', part)),
    ),
  ]
  return addresses.flatMap((address) =>
    address.startsWith('https:') && URL.canParse(address) ? [new URL(address).host] : [],
  )
}

/** Gives the servers that pages within it ask. */
export async function localize(root: ParentNode, tell: Tell): Promise<readonly string[]> {
  await scripts(root, tell)
  const hosts: string[] = []
  for (const frame of root.querySelectorAll<HTMLIFrameElement>('iframe[srcdoc]')) {
    const page = new DOMParser().parseFromString(frame.srcdoc, 'text/html')
    await scripts(page, tell)
    hosts.push(...hostsOf(page))
    frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`
    frame.setAttribute('srcdoc', frame.srcdoc)
  }
  for (const words of root.querySelectorAll('span'))
    if (words.textContent.trim().startsWith('Make this Notebook Trusted')) words.remove()
  return [...new Set(hosts)]
}
