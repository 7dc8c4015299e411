// Which panels are open.
import type { SettingsStore } from '../settings/store.ts'
import { staysOpen, type Panel } from './panel.ts'

export class Panels {
  private shown: readonly Panel[]
  private lastAtSide = 'outline'
  private readonly listeners = new Set<() => void>()

  constructor(
    readonly all: readonly Panel[],
    private readonly settings: SettingsStore,
  ) {
    const kept = settings.get('panels')
    this.shown = all.filter((panel) => staysOpen(panel) && kept.includes(panel.id))
  }

  get open(): readonly Panel[] {
    return this.shown
  }

  isOpen(id: string): boolean {
    return this.shown.some((panel) => panel.id === id)
  }

  get covered(): boolean {
    return this.shown.some(({ side }) => side === 'over')
  }

  toggle(id: string): void {
    const panel = this.all.find((each) => each.id === id)
    if (panel === undefined) throw new Error(`no panel ${id}`)
    if (this.isOpen(id)) return this.close(id)
    const others = this.shown.filter((other) =>
      panel.side === 'over' ? staysOpen(other) : panel.side !== 'beside' || other.side !== 'beside',
    )
    this.show([...others, panel])
  }

  /** Closes the panel at the side, or opens the one that was there last. */
  toggleSide(): void {
    const open = this.shown.find(({ side }) => side === 'beside' || side === 'over')
    if (open !== undefined) this.lastAtSide = open.id
    this.toggle(this.lastAtSide)
  }

  close(id: string): void {
    this.show(this.shown.filter((panel) => panel.id !== id))
  }

  /** Closes the topmost one. */
  closeTop(): void {
    const sides = ['centre', 'corner', 'over', 'beside', 'below']
    const [top] = this.shown.toSorted((a, b) => sides.indexOf(a.side) - sides.indexOf(b.side))
    if (top !== undefined) this.close(top.id)
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private show(panels: readonly Panel[]): void {
    this.shown = panels
    const kept = panels.filter(staysOpen).map(({ id }) => id)
    if (kept.join() !== this.settings.get('panels').join()) this.settings.set('panels', kept)
    for (const listener of this.listeners) listener()
  }
}
