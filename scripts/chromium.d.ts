/** The path of Chromium, or undefined. */
export const findChromium: () => string | undefined
export const isExecutable: (path: string) => boolean
