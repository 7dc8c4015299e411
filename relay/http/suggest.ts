// POST /api/suggest/{notebook}: a model's suggestion at a caret. One at a time per person: a newer request, or a closed
// connection, aborts the older one upstream.
import type { Caps } from '../../shared/model/caps.ts'
import { chosenProvider } from '../../shared/model/chosen-provider.ts'
import type { Providers } from '../../shared/model/provider.ts'
import { StopController } from '../../shared/model/stop.ts'
import { suggestedText, suggestionRequest, suggestionTokens } from '../../shared/context/suggestion.ts'
import { estimateTokens } from '../../shared/context/budget.ts'
import type { NotebookCatalogue } from '../files/catalogue.ts'
import { HttpError } from './answer.ts'
import { documentAt, send, type Handlers } from './api-call.ts'

export interface SuggestOptions {
  readonly catalogue: NotebookCatalogue
  readonly providers: Providers
  readonly caps: Caps
}

export const suggestHandlers = ({ catalogue, providers, caps }: SuggestOptions): Handlers<'suggest'> => {
  const running = new Map<string, StopController>()
  return {
    suggest: async (call) => {
      const { body, grant, response } = call
      const record = await documentAt(catalogue, call)
      if (record === null) return
      const chosen = chosenProvider(providers, body)
      if (chosen === null) throw new HttpError('not_found', `${body.model} is not offered by this relay`)
      const { provider, model } = chosen
      const who = { person: grant.user?.id ?? body.person, notebook: record.docId }
      const admission = caps.admit(who, 'suggestion')
      if (!admission.ok) throw new HttpError('too_many', admission.reason)
      const controller = new StopController()
      running.get(who.person)?.abort()
      running.set(who.person, controller)
      response.on('close', () => controller.abort())
      const request = suggestionRequest(body, model)
      let text = ''
      let used: number | null = null
      try {
        for await (const event of provider.stream(request, controller)) {
          if (event.type === 'text') text += event.text
          else if (event.type === 'usage') used = event.usage.input + event.usage.output
          else if (event.type === 'end') {
            if (event.reason === 'error') throw new HttpError('upstream', event.message)
            if (event.reason === 'refused') {
              // Some say why in the text itself.
              const why = event.message || text.trim()
              throw new HttpError('upstream', `the model declined${why === '' ? '' : `: ${why}`}`)
            }
            break
          }
        }
      } finally {
        caps.spend(who, used ?? suggestionTokens(request) + estimateTokens(text))
        if (running.get(who.person) === controller) running.delete(who.person)
      }
      send(call, 200, { text: controller.aborted ? '' : suggestedText(text, body) })
    },
  }
}
