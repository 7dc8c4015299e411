// GET /api/grant: who the asker is to this relay.
import { send, type Handlers } from './api-call.ts'

export const grantHandlers: Handlers<'readGrant'> = {
  readGrant: async (asked) => send(asked, 200, asked.grant),
}
