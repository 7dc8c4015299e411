// Times and sizes as text.
import { now } from '../document/clock.ts'

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** `time` in milliseconds since 1970. */
export const since = (time: number): string => {
  const passed = now() - time
  if (passed > 14 * 86_400_000) return new Date(time).toLocaleDateString()
  const [unit, length] = units.find(([, milliseconds]) => passed >= milliseconds) ?? ['second', 1_000]
  if (passed < 60_000) return 'just now'
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.floor(passed / length), unit)
}

export const formatSize = (bytes: number): string =>
  bytes < 1e3
    ? `${bytes} B`
    : bytes < 1e6
      ? `${Math.round(bytes / 1e3)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`
