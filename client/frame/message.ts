// What page and output frame say to each other. Neither side believes the other's shapes: the frame runs whatever
// an output brought along.

export const framedMimes = ['text/html', 'image/svg+xml', 'application/javascript'] as const
export type FramedMime = (typeof framedMimes)[number]

export interface FrameTheme {
  readonly scheme: 'light' | 'dark'
  /** CSS custom properties by name, with the leading dashes. */
  readonly properties: Readonly<Record<string, string>>
}

export type ToFrame =
  | {
      readonly type: 'nb-show'
      readonly mime: FramedMime
      readonly content: string
      readonly theme: FrameTheme
    }
  | { readonly type: 'nb-theme'; readonly theme: FrameTheme }

/** `ready`: listening, again after each reload of the frame. `height` is in CSS pixels. */
export type FromFrame = { readonly type: 'nb-ready' } | { readonly type: 'nb-size'; readonly height: number }

export function readFromFrame(message: unknown): FromFrame | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null
  if (message.type === 'nb-ready') return { type: 'nb-ready' }
  if (message.type !== 'nb-size' || !('height' in message)) return null
  const { height } = message
  return typeof height === 'number' && Number.isFinite(height) ? { type: 'nb-size', height } : null
}
