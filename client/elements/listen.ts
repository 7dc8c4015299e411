/** Adds the listener for each of these types; returns a function that removes it. */
export const listen = (
  target: EventTarget,
  types: readonly string[],
  listener: (event: never) => void,
  options: AddEventListenerOptions = {},
): (() => void) => {
  const handler = listener as EventListener
  for (const type of types) target.addEventListener(type, handler, options)
  return () => {
    for (const type of types) target.removeEventListener(type, handler, options)
  }
}
