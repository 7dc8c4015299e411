/** The path of Chromium, or undefined. */
export const findChromium: () => string | undefined
