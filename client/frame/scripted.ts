// Shows an output that may hold scripts; before it, out of sight, the earlier ones whose names it uses.

import { chipsForPages } from './blocked.ts'
import { declaredNames, Globals } from './globals.ts'
import { localize } from './localize.ts'
import type { EarlierOutput, FromFrame, Scripted, ScriptedMime } from './message.ts'
import { run, runScripts } from './script.ts'
import { want } from './wants.ts'

/** Milliseconds after which is asked again: some scripts leave what they make a moment later. */
const later = 1_000

/** Made where nothing loads yet. */
function parsed(html: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = html
  chipsForPages(template.content)
  return template.content
}

/** The names that the code declares for all. */
async function put(
  mime: ScriptedMime,
  content: string,
  place: HTMLElement,
  tell: (message: FromFrame) => void,
): Promise<string[]> {
  switch (mime) {
    case 'text/html':
    case 'image/svg+xml': {
      const fragment = parsed(content)
      const hosts = await localize(fragment, tell)
      place.replaceChildren(fragment)
      if (hosts.length > 0) want(hosts, tell)
      const declared = [...place.querySelectorAll('script')].flatMap(({ textContent }) =>
        declaredNames(textContent),
      )
      await runScripts(place)
      return declared
    }
    case 'application/javascript':
      // As Jupyter does it: the code finds its place in `element`.
      run(`((element) => {${content}\n})(document.getElementById(${JSON.stringify(place.id)}))`)
      return []
    default:
      return mime satisfies never
  }
}

/** Behind the output itself, so that an id it has in common with one of them is its own. */
function outOfSight(): HTMLElement {
  const place = document.createElement('div')
  place.id = `earlier-${document.querySelectorAll('.nb-earlier').length}`
  place.className = 'nb-earlier'
  document.body.append(place)
  return place
}

let globals: Globals | null = null

/** Runs the earlier ones; what each left. */
async function runEarlier(
  earlier: readonly EarlierOutput[],
  left: Globals,
  tell: (message: FromFrame) => void,
): Promise<string[][]> {
  const names: string[][] = []
  for (const { mime, content } of earlier) {
    const declared = await put(mime, content, outOfSight(), tell)
    names.push([...declared, ...left.changed()])
  }
  return names
}

/** `begins` is called when the output's own scripts are to run: what fails before was another's fault. */
export async function showScripted(
  { key, mime, content, earlier }: Scripted,
  place: HTMLElement,
  begins: () => void,
  tell: (message: FromFrame) => void,
): Promise<void> {
  globals ??= new Globals()
  const left = globals
  const names = await runEarlier(earlier, left, tell)
  begins()
  const own = await put(mime, content, place, tell)
  const say = (): void => {
    own.push(...left.changed())
    tell({ type: 'nb-left', key, names: [...names, own] })
  }
  say()
  setTimeout(say, later)
}
