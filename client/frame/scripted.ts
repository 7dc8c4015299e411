// Shows an output that may have scripts, after running earlier outputs it depends on in a hidden element.

import { replaceBlockedPages } from './blocked-pages.ts'
import { declaredNames, Globals } from './globals.ts'
import { localize } from './localize.ts'
import type { EarlierOutput, Scripted, ScriptedMime, Send } from './message.ts'
import { run, runScripts } from './script.ts'
import { reportBlocked } from './blocked-hosts.ts'

/** Milliseconds after which globals are checked again, because some scripts define them asynchronously. */
const recheckDelay = 1_000

/** In an inert document, where nothing is loaded yet. */
const parsed = (html: string): DocumentFragment => {
  const template = document.createElement('template')
  template.innerHTML = html
  replaceBlockedPages(template.content)
  return template.content
}

/** Inserts the output and runs its scripts. Returns the names of top-level declarations. */
export const insert = async (
  mime: ScriptedMime,
  content: string,
  place: HTMLElement,
  send: Send,
): Promise<string[]> => {
  switch (mime) {
    case 'text/html':
    case 'image/svg+xml': {
      const fragment = parsed(content)
      const hosts = await localize(fragment, send)
      place.replaceChildren(fragment)
      if (hosts.length > 0) reportBlocked(hosts, send)
      const declared = [...place.querySelectorAll('script')].flatMap(({ textContent }) =>
        declaredNames(textContent),
      )
      await runScripts(place)
      return declared
    }
    case 'application/javascript':
      // Like in Jupyter, `element` is where the code puts its output.
      run(`((element) => {${content}\n})(document.getElementById(${JSON.stringify(place.id)}))`)
      return []
    default:
      return mime satisfies never
  }
}

/** After the output in document order, so that the output wins if ids collide. */
const hiddenElement = (): HTMLElement => {
  const place = document.createElement('div')
  place.id = `earlier-${document.querySelectorAll('.nb-earlier').length}`
  place.className = 'nb-earlier'
  document.body.append(place)
  return place
}

let globals: Globals | null = null

/** Returns the globals that each of the earlier outputs defined. */
const runEarlier = async (
  earlier: readonly EarlierOutput[],
  defined: Globals,
  send: Send,
): Promise<string[][]> => {
  const names: string[][] = []
  for (const { mime, content } of earlier) {
    const declared = await insert(mime, content, hiddenElement(), send)
    names.push([...declared, ...defined.changed()])
  }
  return names
}

/** `onStart` is called before the output's own scripts run, to discard errors of earlier outputs. */
export const showScripted = async (
  { key, mime, content, earlier }: Scripted,
  place: HTMLElement,
  onStart: () => void,
  send: Send,
): Promise<void> => {
  globals ??= new Globals()
  const defined = globals
  const names = await runEarlier(earlier, defined, send)
  onStart()
  const own = await insert(mime, content, place, send)
  const sendGlobals = (): void => {
    own.push(...defined.changed())
    send({ type: 'nb-globals', key, names: [...names, own] })
  }
  sendGlobals()
  setTimeout(sendGlobals, recheckDelay)
}
