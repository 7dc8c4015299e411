// Which texts have an editor: those in view, mounted once scrolling has paused, and the one being written in. A
// thousand cells then cost a thousand <pre> and a handful of editors.

/** Milliseconds without scrolling before editors are mounted. */
const pause = 100
/** Pixels around the viewport within which a text is highlighted and a cell has its controls and outputs. */
const nearMargin = 1_200
/** Editors mounted in one frame; each takes 2–12 ms. */
const perFrame = 2

export interface Mountable {
  readonly element: Element
  readonly mounted: boolean
  /** Focused or composing: must keep its editor. */
  readonly held: boolean
  mount(): void
  unmount(): void
}

export class Mounting {
  private readonly texts = new Map<Element, Mountable>()
  private readonly visible = new Set<Mountable>()
  private readonly nears = new Map<Element, (near: boolean) => void>()
  private readonly inView: IntersectionObserver
  private readonly around: IntersectionObserver
  private timer: ReturnType<typeof setTimeout> | null = null
  private frame = 0

  constructor() {
    this.inView = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const text = this.texts.get(target)
        if (text === undefined) continue
        if (isIntersecting) this.visible.add(text)
        else this.visible.delete(text)
      }
      this.settleSoon()
    })
    this.around = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) this.nears.get(target)?.(isIntersecting)
      },
      { rootMargin: `${nearMargin}px 0px` },
    )
    document.addEventListener('scroll', this.settleSoon, { passive: true, capture: true })
  }

  addText(text: Mountable): () => void {
    this.texts.set(text.element, text)
    this.inView.observe(text.element)
    return () => {
      this.texts.delete(text.element)
      this.visible.delete(text)
      this.inView.unobserve(text.element)
    }
  }

  /** Tells `listener` when the element comes within `nearMargin` of the viewport or leaves it. */
  addNear(element: Element, listener: (near: boolean) => void): () => void {
    this.nears.set(element, listener)
    this.around.observe(element)
    return () => {
      this.nears.delete(element)
      this.around.unobserve(element)
    }
  }

  private readonly settleSoon = (): void => {
    if (this.timer !== null) clearTimeout(this.timer)
    cancelAnimationFrame(this.frame)
    this.timer = setTimeout(() => this.settle(), pause)
  }

  private settle(): void {
    for (const text of this.texts.values())
      if (text.mounted && !this.visible.has(text) && !text.held) text.unmount()
    this.mountSome()
  }

  private mountSome(): void {
    const middle = innerHeight / 2
    const distance = (text: Mountable): number => Math.abs(text.element.getBoundingClientRect().top - middle)
    const waiting = [...this.visible]
      .filter((text) => !text.mounted)
      .sort((a, b) => distance(a) - distance(b))
    for (const text of waiting.slice(0, perFrame)) text.mount()
    if (waiting.length > perFrame) this.frame = requestAnimationFrame(() => this.mountSome())
  }

  destroy(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    cancelAnimationFrame(this.frame)
    this.inView.disconnect()
    this.around.disconnect()
    document.removeEventListener('scroll', this.settleSoon, { capture: true })
  }
}
