import type { TextStyle } from './ansi.ts'

/** Black on light backgrounds and white on dark ones, because theme colours only suit the page's own background. */
const contrasting = (colour: string): string => `oklch(from ${colour} clamp(0.15, (0.65 - l) * 1000, 1) 0 h)`

/** The given hue, dark enough for a light page and light enough for a dark one. */
const readable = (colour: string): string =>
  `light-dark(oklch(from ${colour} min(l, 0.52) c h), oklch(from ${colour} max(l, 0.74) c h))`

/** The CSS colours of a style; null for the usual one. `theme` gives those of the palette. */
export const ansiColours = (
  { foreground, background }: TextStyle,
  theme: (index: number) => string,
): { readonly text: string | null; readonly background: string | null } => ({
  text:
    typeof background === 'string' && typeof foreground !== 'string'
      ? contrasting(background)
      : typeof foreground === 'number'
        ? theme(foreground)
        : foreground !== null && background === null
          ? readable(foreground)
          : foreground,
  background:
    typeof background === 'number' ? `color-mix(in srgb, ${theme(background)} 25%, transparent)` : background,
})
