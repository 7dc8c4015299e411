// The role of this page's person at the relay, as last received: it is known offline too.
import { parse } from '../../shared/api/route.ts'
import { routes } from '../../shared/api/routes.ts'
import { grant as schema } from '../../shared/api/shapes.ts'
import { allows, type Grant, type Role } from '../../shared/grant.ts'
import { ask } from './ask.ts'
import type { Identity } from '../settings/identity.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'
import { Emitter } from '../../shared/emitter.ts'

const key = 'llm-notebook.grant'

const parseGrant = (value: unknown): Grant | null => {
  const parsed = parse(schema, value)
  return parsed.ok ? parsed.value : null
}

export class CurrentGrant {
  private grant: Grant = readStored(key, parseGrant) ?? { role: 'write', user: null }
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on

  get role(): Role {
    return this.grant.role
  }

  /** The user id given by the relay; null: the browser's own is used. */
  get user(): Grant['user'] {
    return this.grant.user
  }

  /** The identity with the relay's user id, if there is one. */
  known(identity: Identity): Identity {
    return { ...identity, ...this.user }
  }

  allows(role: Role): boolean {
    return allows(this.role, role)
  }

  /** The grant message of a socket. */
  receive(text: string): void {
    const received = parseGrant(JSON.parse(text))
    if (received !== null) this.set(received)
  }

  /** For pages without a socket; without an answer the grant stays. */
  async ask(): Promise<void> {
    const answer = await ask(routes.readGrant, '', undefined)
    if (answer.ok) this.set(answer.body)
  }

  private set(received: Grant): void {
    if (JSON.stringify(received) === JSON.stringify(this.grant)) return
    this.grant = received
    writeStored(key, received)
    this.changed.emit()
  }
}
