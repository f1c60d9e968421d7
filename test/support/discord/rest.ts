import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Gateway } from './gateway.ts'
import { type MessageBody, messageBodySchema, messageFaults } from './message-faults.ts'
import { type DiscordState, type Fault, type SeenRequest, type StoredMessage, snowflake } from './state.ts'

interface Context {
  state: DiscordState
  gateway: Gateway
  requests: SeenRequest[]
  decide(request: SeenRequest): Fault | null
  port: number
}

interface Call {
  body: unknown
  files: { field: string; name: string; content: Buffer }[]
  query: URLSearchParams
}

interface Answer {
  status: number
  body?: unknown
}

type Handler = (context: Context, call: Call, ...ids: string[]) => Answer

const ROUTES: [string, RegExp, Handler][] = [
  ['GET', /^\/gateway\/bot$/, ({ state }) => ok(gatewayBot(state))],
  ['GET', /^\/users\/@me$/, ({ state }) => ok(state.botUser())],
  ['GET', /^\/(?:oauth2\/)?applications\/@me$/, ({ state }) => ok(application(state))],
  [
    'GET',
    /^\/guilds\/(\d+)$/,
    ({ state }, _call, id) => (id === state.guildId ? ok(state.guild()) : unknown(10_004)),
  ],
  [
    'GET',
    /^\/guilds\/(\d+)\/members\/(\d+)$/,
    ({ state }, _call, _guild, user) => ok(state.member(user ?? '')),
  ],
  ['GET', /^\/channels\/(\d+)$/, getChannel],
  ['GET', /^\/channels\/(\d+)\/messages$/, listMessages],
  ['POST', /^\/channels\/(\d+)\/messages$/, postMessage],
  ['GET', /^\/channels\/(\d+)\/messages\/(\d+)$/, getMessage],
  ['PATCH', /^\/channels\/(\d+)\/messages\/(\d+)$/, patchMessage],
  ['DELETE', /^\/channels\/(\d+)\/messages\/(\d+)$/, deleteMessage],
  ['GET', /^\/applications\/(\d+)\/commands$/, ({ state }) => ok(state.commands)],
  ['PUT', /^\/applications\/(\d+)\/commands$/, putCommands],
  ['POST', /^\/interactions\/(\d+)\/([^/]+)\/callback$/, interactionCallback],
  ['GET', /^\/webhooks\/(\d+)\/([^/]+)\/messages\/@original$/, getOriginal],
  ['PATCH', /^\/webhooks\/(\d+)\/([^/]+)\/messages\/@original$/, patchOriginal],
  ['POST', /^\/webhooks\/(\d+)\/([^/]+)$/, postFollowup],
]
/** These carry their right in the path. */
const WITHOUT_TOKEN = /^\/(interactions|webhooks)\//

export async function handleRequest(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://discord')
  const path = url.pathname.replace(/^\/api\/v10/, '')
  const bytes = await readBody(request)
  const call = { ...(await parseBody(request, bytes)), query: url.searchParams }
  const nonce = readNonce(call.body)
  const seen: SeenRequest = {
    method: request.method ?? '',
    path,
    at: Date.now(),
    nonce,
    fault: null,
    status: null,
  }
  const fault = context.decide(seen)
  seen.fault = fault
  context.requests.push(seen)

  const respond = ({ status, body }: Answer, headers: Record<string, string> = {}) => {
    seen.status = status
    response.writeHead(status, {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-ratelimit-bucket': path,
      ...headers,
    })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'drop') return void request.socket.destroy()
  if (fault?.kind === 'limit') return respond(...tooFast(fault.seconds, fault.global ?? false))
  if (fault?.kind === 'error')
    return respond({ status: fault.status, body: { message: 'Internal', code: 0 } })
  if (fault?.kind === 'slow') await new Promise(resolve => setTimeout(resolve, fault.ms))

  if (!WITHOUT_TOKEN.test(path) && request.headers.authorization !== `Bot ${context.state.token}`) {
    return respond({ status: 401, body: { message: '401: Unauthorized', code: 0 } })
  }
  const limited = burst(context, seen)
  if (limited !== null) return respond(...tooFast(limited, false))
  const answer = route(context, seen.method, path, call)
  if (fault?.kind === 'lost') return void request.socket.destroy()
  if (fault?.kind === 'applied-error')
    return respond({ status: fault.status, body: { message: 'Internal', code: 0 } })
  respond(answer)
}

function route(context: Context, method: string, path: string, call: Call): Answer {
  for (const [verb, pattern, handle] of ROUTES) {
    const match = verb === method ? pattern.exec(path) : null
    if (match) return handle(context, call, ...match.slice(1))
  }
  return { status: 404, body: { message: '404: Not Found', code: 0 } }
}

function tooFast(seconds: number, global: boolean): [Answer, Record<string, string>] {
  const headers = {
    'retry-after': String(Math.ceil(seconds)),
    'x-ratelimit-scope': global ? 'global' : 'user',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-limit': '5',
    'x-ratelimit-reset-after': String(seconds),
    ...(global && { 'x-ratelimit-global': 'true' }),
  }
  return [
    { status: 429, body: { message: 'You are being rate limited.', retry_after: seconds, global } },
    headers,
  ]
}

/** Seconds to wait, where a channel has had its requests of the last five seconds; null: go on. */
function burst({ state, requests }: Context, seen: SeenRequest): number | null {
  if (seen.method !== 'POST' || !/^\/channels\/\d+\/messages$/.test(seen.path)) return null
  const recent = requests.filter(
    other =>
      other.path === seen.path &&
      other.method === 'POST' &&
      other.at > seen.at - 5000 &&
      other.status === 200,
  )
  if (recent.length < state.channelBurst) return null
  return Math.max(0.05, ((recent[0]?.at ?? seen.at) + 5000 - seen.at) / 1000)
}

function gatewayBot(state: DiscordState) {
  return {
    url: state.gatewayUrl,
    shards: 1,
    session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
  }
}

function application(state: DiscordState) {
  return {
    id: state.botId,
    name: 'Debrief',
    flags: state.messageContentAllowed ? 1 << 19 : 0,
    bot: state.botUser(),
  }
}

function getChannel({ state }: Context, _call: Call, id = ''): Answer {
  const channel = state.channels.get(id)
  if (!channel) return unknown(10_003)
  const { type, name, overwrites } = channel
  return ok({ id, type, name, guild_id: state.guildId, permission_overwrites: overwrites })
}

function listMessages({ state }: Context, { query }: Call, id = ''): Answer {
  const channel = state.channels.get(id)
  if (!channel) return unknown(10_003)
  if (!state.listsMessages) return { status: 404, body: { message: '404: Not Found', code: 0 } }
  if (!may(state, id, 0x400) || !may(state, id, 0x10000)) return denied(50_001)
  const limit = Number(query.get('limit') ?? 50)
  if (!(limit >= 1 && limit <= 100)) return invalid(['limit: 1 to 100'])
  const before = query.get('before')
  const after = query.get('after')
  const around = query.get('around')
  let found = [...channel.messages].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
  if (before) found = found.filter(message => BigInt(message.id) < BigInt(before))
  if (after) found = found.filter(message => BigInt(message.id) > BigInt(after)).slice(-limit)
  if (around) {
    const index = found.findIndex(message => BigInt(message.id) <= BigInt(around))
    found = found.slice(Math.max(0, index - Math.floor(limit / 2)))
  }
  return ok(found.slice(0, limit).map(shown))
}

function postMessage({ state, gateway }: Context, call: Call, id = ''): Answer {
  const channel = state.channels.get(id)
  if (!channel) return unknown(10_003)
  if (!may(state, id, 0x400)) return denied(50_001)
  const read = readMessage(call)
  if ('status' in read) return read
  const { body } = read
  if (!may(state, id, 0x800) || (body.embeds?.length && !may(state, id, 0x4000))) return denied(50_013)
  if (call.files.length > 0 && !may(state, id, 0x8000)) return denied(50_013)
  if (body.enforce_nonce && body.nonce !== undefined) {
    const since = Date.now() - state.nonceWindowMs
    const same = channel.messages.find(
      message => message.nonce === String(body.nonce) && Date.parse(message.timestamp) >= since,
    )
    if (same) return ok({ ...shown(same), nonce: same.nonce })
  }
  const message = makeMessage(state, id, call, body)
  channel.messages.push(message)
  gateway.dispatch('MESSAGE_CREATE', { ...shown(message), guild_id: state.guildId })
  return ok({ ...shown(message), nonce: message.nonce })
}

function getMessage({ state }: Context, _call: Call, channelId = '', id = ''): Answer {
  const message = state.channels.get(channelId)?.messages.find(each => each.id === id)
  return message ? ok(shown(message)) : unknown(10_008)
}

function patchMessage({ state }: Context, call: Call, channelId = '', id = ''): Answer {
  if (!state.channels.has(channelId)) return unknown(10_003)
  const message = state.findMessage(id)
  if (!message || message.channel_id !== channelId) return unknown(10_008)
  if (message.author.id !== state.botId) return denied(50_005)
  return applyEdit(state, message, call)
}

function deleteMessage({ state }: Context, _call: Call, channelId = '', id = ''): Answer {
  const channel = state.channels.get(channelId)
  if (!channel) return unknown(10_003)
  const index = channel.messages.findIndex(message => message.id === id)
  if (index < 0) return unknown(10_008)
  channel.messages.splice(index, 1)
  return { status: 204 }
}

function putCommands({ state }: Context, { body }: Call): Answer {
  if (!Array.isArray(body)) return invalid(['expected a list of commands'])
  state.commandWrites += 1
  // As Discord does: ids, and every default spelled out.
  state.commands = body.map((command: Record<string, unknown>) => ({
    id: snowflake(),
    application_id: state.botId,
    version: snowflake(),
    default_member_permissions: null,
    type: 1,
    nsfw: false,
    name_localizations: null,
    description_localizations: null,
    integration_types: [0],
    contexts: null,
    ...command,
  }))
  return ok(state.commands)
}

function interactionCallback({ state }: Context, call: Call, id = '', token = ''): Answer {
  const interaction = state.interactions.get(token)
  if (!interaction || interaction.id !== id) return unknown(10_062)
  if (Date.now() - interaction.at > 3000) return unknown(10_062)
  if (interaction.callbacks.length > 0)
    return { status: 400, body: { message: 'Already acknowledged', code: 40_060 } }
  const { type, data } = call.body as { type: number; data?: Record<string, unknown> }
  if (type === 8) {
    const choices = (data?.choices ?? []) as { name: string; value: string }[]
    if (
      choices.length > 25 ||
      choices.some(({ name, value }) => [...name].length > 100 || value.length > 100)
    ) {
      return invalid(['choices: at most 25, of at most 100 characters'])
    }
  }
  interaction.ephemeral = (Number(data?.flags ?? 0) & 64) !== 0
  if (type === 4) {
    const read = readMessage({ ...call, body: data })
    if ('status' in read) return read
    interaction.original = keep(state, interaction.channelId, call, read.body, interaction.ephemeral)
  }
  if (type === 6 && interaction.messageId)
    interaction.original = state.findMessage(interaction.messageId) ?? null
  interaction.callbacks.push({ type, at: Date.now(), ...(data && { data }) })
  return { status: 204 }
}

function getOriginal({ state }: Context, _call: Call, _application = '', token = ''): Answer {
  const original = state.interactions.get(token)?.original
  return original ? ok(shown(original)) : unknown(10_008)
}

function patchOriginal({ state }: Context, call: Call, _application = '', token = ''): Answer {
  const interaction = state.interactions.get(token)
  if (!interaction || interaction.callbacks.length === 0) return unknown(10_015)
  if (interaction.original) return applyEdit(state, interaction.original, call)
  const read = readMessage(call)
  if ('status' in read) return read
  interaction.original = keep(state, interaction.channelId, call, read.body, interaction.ephemeral)
  return ok(shown(interaction.original))
}

function postFollowup({ state }: Context, call: Call, _application = '', token = ''): Answer {
  const interaction = state.interactions.get(token)
  if (!interaction || interaction.callbacks.length === 0) return unknown(10_015)
  const read = readMessage(call)
  if ('status' in read) return read
  const message = keep(state, interaction.channelId, call, read.body, ((read.body.flags ?? 0) & 64) !== 0)
  interaction.followups.push(message)
  return ok(shown(message))
}

/** What everybody sees stands in the channel too. */
function keep(
  state: DiscordState,
  channelId: string,
  call: Call,
  body: MessageBody,
  ephemeral: boolean,
): StoredMessage {
  const message = makeMessage(state, channelId, call, body)
  if (!ephemeral) state.channels.get(channelId)?.messages.push(message)
  return message
}

function applyEdit(state: DiscordState, message: StoredMessage, call: Call): Answer {
  const read = messageBodySchema.safeParse(call.body)
  if (!read.success) return invalid(read.error.issues.map(issue => issue.message))
  const faults = messageFaults(read.data, sizes(call))
  if (faults.length > 0) return invalid(faults)
  const changed = makeMessage(state, message.channel_id, call, read.data)
  if (read.data.content !== undefined) message.content = changed.content
  if (read.data.embeds !== undefined) message.embeds = changed.embeds
  if (changed.components) message.components = changed.components
  if (read.data.attachments || call.files.length > 0) {
    const kept = new Set((read.data.attachments ?? message.attachments).map(({ id }) => String(id)))
    message.attachments = [...message.attachments.filter(({ id }) => kept.has(id)), ...changed.attachments]
    message.files = changed.files ?? []
  }
  message.edited_timestamp = new Date().toISOString()
  message.edits = (message.edits ?? 0) + 1
  return ok(shown(message))
}

function readMessage(call: Call): { body: MessageBody } | Answer {
  const read = messageBodySchema.safeParse(call.body ?? {})
  if (!read.success)
    return invalid(read.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`))
  const body = read.data
  const faults = messageFaults(body, sizes(call))
  if (faults.length > 0) return invalid(faults)
  const isEmpty =
    !body.content?.trim() && !body.embeds?.length && call.files.length === 0 && !body.components?.length
  return isEmpty ? { status: 400, body: { message: 'Cannot send an empty message', code: 50_006 } } : { body }
}

function makeMessage(
  state: DiscordState,
  channelId: string,
  { files }: Call,
  body: MessageBody,
): StoredMessage {
  const now = new Date().toISOString()
  return {
    id: snowflake(),
    channel_id: channelId,
    author: state.botUser(),
    content: body.content ?? '',
    timestamp: now,
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: files.map(({ name, content }, index) => {
      const id = snowflake()
      const url = `https://cdn.discordapp.com/attachments/${channelId}/${id}/${name}`
      return { id, filename: name, size: content.length, url, proxy_url: url, position: index }
    }),
    embeds: (body.embeds ?? []).map(embed => ({ type: 'rich', ...embed })) as StoredMessage['embeds'],
    ...(body.components && { components: body.components }),
    pinned: false,
    type: body.message_reference ? 19 : 0,
    flags: body.flags ?? 0,
    ...(body.nonce !== undefined && { nonce: String(body.nonce) }),
    edits: 0,
    // Without `parse: []` whoever is named in the text is called.
    pings:
      body.allowed_mentions?.parse?.length !== 0 && /@everyone|@here|<@[!&]?\d+>/.test(body.content ?? ''),
    files: files.map(({ name, content }) => ({ name, content })),
    ...(body.message_reference?.message_id && { reply_to: body.message_reference.message_id }),
  }
}

/** As a listing gives it: without what only our tests know. */
function shown({
  nonce: _nonce,
  edits: _edits,
  pings: _pings,
  files: _files,
  reply_to: _reply,
  ...message
}: StoredMessage) {
  return message
}

function may(state: DiscordState, channelId: string, bit: number): boolean {
  let bits = BigInt(state.permissions)
  for (const { deny, allow } of state.channels.get(channelId)?.overwrites ?? []) {
    bits = (bits & ~BigInt(deny)) | BigInt(allow)
  }
  return (bits & BigInt(bit)) !== 0n
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function unknown(code: number): Answer {
  return { status: 404, body: { message: 'Unknown', code } }
}

function denied(code: number): Answer {
  return { status: 403, body: { message: code === 50_001 ? 'Missing Access' : 'Missing Permissions', code } }
}

function invalid(faults: string[]): Answer {
  const errors = { _errors: faults.map(message => ({ code: 'INVALID', message })) }
  return { status: 400, body: { message: 'Invalid Form Body', code: 50_035, errors } }
}

function sizes({ files }: Call) {
  return files.map(({ name, content }) => ({ name, bytes: content.length }))
}

function readNonce(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'nonce' in body ? String(body.nonce) : null
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function parseBody(request: IncomingMessage, bytes: Buffer): Promise<Pick<Call, 'body' | 'files'>> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/')) {
    return { body: bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : null, files: [] }
  }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  const files: Call['files'] = []
  let body: unknown = {}
  for (const [field, value] of form) {
    if (typeof value === 'string') {
      if (field === 'payload_json') body = JSON.parse(value)
    } else files.push({ field, name: value.name, content: Buffer.from(await value.arrayBuffer()) })
  }
  return { body, files }
}
