// What the list of people opens: the others, and one's own name and colour.
import { html, type TemplateResult } from 'lit'
import { parseProfile, type Identity, type Profile } from '../settings/identity.ts'

export const othersList = (items: readonly TemplateResult[]): TemplateResult =>
  html`<ul class="nb-popover" aria-label="Others" role="list">
    ${items}
  </ul>`

/** `color`: the one shown, which may differ where nobody chose it. `save` is given null for a name that cannot be. */
export const profileForm = (
  identity: Identity,
  color: string,
  isNameFixed: boolean,
  save: (profile: Profile | null) => void,
): TemplateResult => {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const [name, chosen] = [form.get('name'), form.get('color')]
    save(parseProfile({ ...identity, ...(chosen === color ? {} : { color: chosen, anyColor: false }), name }))
  }
  return html`<form class="nb-popover" @submit=${onSubmit}>
    <label
      >Your name <input name="name" .value=${identity.name} maxlength="60" ?readonly=${isNameFixed} required
    /></label>
    <label>Colour <input name="color" type="color" .value=${color} /></label>
    <button type="submit">Save</button>
  </form>`
}
