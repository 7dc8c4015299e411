/** The path of Firefox, or undefined. */
export const findFirefox: () => string | undefined
export interface WebKit {
  readonly driver: string
  readonly browser: string
}
/** The paths of WebKit's driver and browser, or undefined. */
export const findWebKit: () => WebKit | undefined
