// GET /api/grant: the caller's role and user.
import { send, type Handlers } from './api-call.ts'

export const grantHandlers: Handlers<'readGrant'> = {
  readGrant: async (call) => send(call, 200, call.grant),
}
