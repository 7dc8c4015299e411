interface Wheel {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly sha256: string
}
export const fetchWheels: (wheels: readonly Wheel[], folder: string, index?: string) => Promise<void>
