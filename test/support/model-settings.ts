import { parseSettings, type ModelSettings } from '../../relay/config.ts'

/** The model settings that result from these environment variables. */
export const modelSettings = (env: Readonly<Record<string, string>>): ModelSettings => {
  const parsed = parseSettings([], env)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.value.model
}
