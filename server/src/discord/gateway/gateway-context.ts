import type { Client, GatewayDispatchPayload } from 'discord.js'
import type { Config } from '../../config.ts'
import type { Logger } from '../../log/logger.ts'
import type { DiscordRest } from '../rest/create-rest.ts'
import type { Gate } from './gate.ts'

export interface GatewayContext {
  config: Config['discord']
  log: Logger
  rest: DiscordRest
  gate: Gate
  /** For `/readyz`: `connecting`, `online`, `reconnecting`, or what is wrong. */
  setState(state: string): void
  onPacket(packet: GatewayDispatchPayload): void
  onConnectionLost(): void
  /** The client is ready for commands. Called for each one that becomes so. */
  onReady(client: Client<true>): void
}
