import { parseSettings, type ModelSettings } from '../../relay/config.ts'

/** The models' settings as the environment says them. */
export const modelSettings = (env: Readonly<Record<string, string>>): ModelSettings => {
  const parsed = parseSettings([], env)
  if (!parsed.ok) throw new Error(parsed.problem)
  return parsed.value.model
}
