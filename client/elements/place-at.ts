/** Pixels of the window. */
export interface Point {
  readonly x: number
  readonly y: number
}

const margin = 8

/** Where a menu was asked for: at the pointer; with the menu key, below the start of the element. */
export const pointOf = ({ button, ctrlKey, clientX, clientY }: MouseEvent, element: Element): Point => {
  // On a Mac the main button with Ctrl is the secondary one.
  if (button === 2 || ctrlKey) return { x: clientX, y: clientY }
  const { left, top } = element.getBoundingClientRect()
  return { x: left + 40, y: Math.max(top, 0) + 40 }
}

/** Puts a menu at the pointer, or as close to it as the window allows. */
export const placeAt = (menu: HTMLElement, { x, y }: Point): void => {
  const { width, height } = menu.getBoundingClientRect()
  const within = (at: number, size: number, room: number): string =>
    `${Math.max(margin, Math.min(at, room - size - margin))}px`
  Object.assign(menu.style, {
    position: 'fixed',
    inset: `${within(y, height, innerHeight)} auto auto ${within(x, width, innerWidth)}`,
  })
}
