/** The path of a Chromium, or undefined. */
export const findChromium: () => string | undefined
