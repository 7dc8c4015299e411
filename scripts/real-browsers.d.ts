/** Stock Firefox; undefined where there is none. */
export const findFirefox: () => string | undefined
export interface WebKit {
  readonly driver: string
  readonly browser: string
}
/** WebKit's driver and the browser that it drives; undefined where there are none. */
export const findWebKit: () => WebKit | undefined
