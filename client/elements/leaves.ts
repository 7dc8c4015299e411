/** Whether the focus or what is dragged goes from inside the element to somewhere else, or nowhere. */
export const leaves = (element: Element, { relatedTarget }: FocusEvent | DragEvent): boolean =>
  !(relatedTarget instanceof Node) || !element.contains(relatedTarget)
