import { setTimeout as sleep } from 'node:timers/promises'
import {
  Client,
  Events,
  type GatewayDispatchPayload,
  GatewayIntentBits,
  SimpleShardingStrategy,
  WebSocketShardStatus,
} from 'discord.js'
import type { Config } from '../../config.ts'
import { restAddress } from '../rest/create-rest.ts'

export interface OpenClient {
  client: Client
  /** Every event as it came. */
  onPacket(listen: (packet: GatewayDispatchPayload) => void): void
  close(): Promise<void>
}

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.GuildVoiceStates,
]
/** A guild that Discord cannot reach shall not keep us from the others. */
const WAIT_FOR_GUILDS_MS = 5_000
const CLOSE_MS = 2_000

/** A discord.js client, not yet logged in. `readsMessages` asks for the message-content intent. */
export function openClient(
  { apiUrl }: Pick<Config['discord'], 'apiUrl'>,
  readsMessages: boolean,
): OpenClient {
  let shards: Shard[] = []
  const client = new Client({
    intents: readsMessages ? [...INTENTS, GatewayIntentBits.MessageContent] : INTENTS,
    rest: { ...restAddress(apiUrl), timeout: 10_000 },
    allowedMentions: { parse: [], repliedUser: false },
    waitGuildTimeout: WAIT_FOR_GUILDS_MS,
    ws: {
      buildStrategy: manager => {
        const strategy = new SimpleShardingStrategy(manager)
        const spawn = strategy.spawn.bind(strategy)
        // A login that fails forgets its shards; we need them to the end.
        strategy.spawn = async ids => {
          await spawn(ids)
          shards = shardsOf(strategy)
        }
        return strategy
      },
    },
  })
  // Both are told to those who wait for the login; without a listener the first would end the process.
  client.on(Events.Error, () => undefined)
  client.on(Events.ShardError, () => undefined)
  return {
    client,
    // Not in the typings of ClientEvents, but documented: https://discord.js.org/docs/packages/discord.js/main/Events:Enum
    onPacket: listen => void client.on(Events.Raw as never, listen as never),
    async close() {
      client.removeAllListeners()
      client.on(Events.Error, () => undefined)
      for (const shard of shards) endForGood(shard)
      await within(CLOSE_MS, client.destroy())
    },
  }
}

/** They are no public property. */
function shardsOf(strategy: SimpleShardingStrategy): Shard[] {
  const shards: unknown = Reflect.get(strategy, 'shards')
  return shards instanceof Map ? [...shards.values()].filter(isShard) : []
}

interface Shard {
  status: WebSocketShardStatus
}

function isShard(value: unknown): value is Shard {
  return typeof value === 'object' && value !== null && 'status' in value
}

/**
 * What `client.destroy()` leaves undone in discord.js 14.28: a shard that pauses before its next try does not hear of
 * it, and connects all the same, for ever; and a socket that is still connecting is left without listeners, so that its
 * failure would end the process.
 */
function endForGood(shard: Shard): void {
  Reflect.set(shard, 'internalConnect', async () => undefined)
  const socket: unknown = Reflect.get(shard, 'connection')
  if (!isSocket(socket)) return
  socket.on('error', () => undefined)
  // A goodbye is for a session that has begun; before, discord.js would wait for an answer to it.
  if (shard.status !== WebSocketShardStatus.Ready) socket.terminate()
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([
    work.catch(() => undefined),
    sleep(ms, undefined, { signal: over.signal }).catch(() => undefined),
  ])
  over.abort()
}

interface Socket {
  on(event: 'error', listener: () => void): void
  terminate(): void
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'terminate' in value
}
