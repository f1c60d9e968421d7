import { printable } from '@debrief/shared'
import { Command, InvalidArgumentError, Option } from 'commander'
import { isTimezone } from '../config-values.ts'
import type { TokenScope } from '../db/tables.ts'
import { noteAdminAction } from '../game-servers/note-admin-action.ts'
import { createReadingToken, createToken } from '../game-servers/tokens/create-token.ts'
import { listTokens } from '../game-servers/tokens/list-tokens.ts'
import { revokeToken } from '../game-servers/tokens/revoke-token.ts'
import { textTable } from '../report/text-table.ts'
import { agentLines } from './agent-lines.ts'
import { withDatabase } from './with-database.ts'

/** `debrief token …`. Results on standard output, everything else on standard error. */
export function tokenCommand(): Command {
  const token = new Command('token').description(
    'the tokens that game servers upload with, and people read with',
  )
  token
    .command('create')
    .description(
      'make a token of a game server, which is made if it is new; prints the token alone, this once',
    )
    .argument('<name>', 'of the game server; of a read or admin token, what it is for', serverName)
    .option('--timezone <zone>', 'zone of the clock in its file names, such as Europe/Paris', timezone)
    .addOption(
      new Option(
        '--scope <scope>',
        'what it may: upload files of a game server; read where PRIVATE=true; read, and see /metrics',
      )
        .choices(['ingest', 'read', 'admin'])
        .default('ingest'),
    )
    .action((name: string, { timezone: zone, scope }: { timezone?: string; scope: TokenScope }) =>
      scope === 'ingest' ? create(name, zone ?? null) : createForReading(name, scope),
    )
  token.command('list').description('all tokens by id; the tokens themselves are not stored').action(list)
  token
    .command('revoke')
    .description('end a token; servers stop taking it within a second')
    .argument('<id or token>', 'as `debrief token list` shows it, or the token itself')
    .action(revoke)
  return token
}

function create(serverName: string, timezone: string | null): Promise<void> {
  return withDatabase(async ({ db, config }) => {
    const { token, tokenId, server, created, formerTimezone } = await createToken(db, {
      serverName,
      timezone,
    })
    await noteAdminAction(db, 'token created', `token ${tokenId} of ${server.name}`)
    tell(`Token ${tokenId} of the game server "${printable(server.name)}", time zone ${server.timezone}.`)
    if (created && timezone === null) {
      tell(
        'The stamps in its file names will be read as UTC. If its clock shows another time, run this again with ' +
          '--timezone, for example --timezone Europe/Paris.',
      )
    }
    if (formerTimezone !== null) {
      tell(
        `The time zone was ${formerTimezone}. Rounds that are already here keep their times until \`debrief rebuild\`.`,
      )
    }
    process.stdout.write(`${token}\n`)
    process.stderr.write(await agentLines(config))
  })
}

function createForReading(label: string, scope: Exclude<TokenScope, 'ingest'>): Promise<void> {
  return withDatabase(async ({ db }) => {
    const { token, tokenId } = await createReadingToken(db, { scope, label })
    await noteAdminAction(db, 'token created', `token ${tokenId} for ${label}, ${scope}`)
    tell(
      `Token ${tokenId} for "${printable(label)}": ${scope}. Send it as \`Authorization: Bearer <token>\`.`,
    )
    process.stdout.write(`${token}\n`)
  })
}

function list(): Promise<void> {
  return withDatabase(async ({ db }) => {
    const rows = (await listTokens(db)).map(row => [
      String(row.tokenId),
      row.scope,
      printable(row.serverName ?? row.label ?? ''),
      row.timezone ?? '',
      row.createdAt.toISOString().slice(0, 16),
      row.lastUsedAt?.toISOString().slice(0, 16) ?? 'never',
      row.revokedAt ? `revoked ${row.revokedAt.toISOString().slice(0, 16)}` : 'valid',
    ])
    if (rows.length === 0) tell('There are no tokens. `debrief token create <game-server-name>` makes one.')
    else
      process.stdout.write(
        `${textTable(
          [HEADINGS, ...rows],
          HEADINGS.map(() => 'left'),
        )}\n`,
      )
  })
}

const HEADINGS = ['id', 'scope', 'game server or purpose', 'time zone', 'created', 'last used', 'state']

function revoke(idOrToken: string): Promise<void> {
  return withDatabase(async ({ db }) => {
    const revoked = await revokeToken(db, idOrToken)
    if (revoked === null) throw new Error('There is no such token. `debrief token list` shows their ids.')
    const { tokenId, holder, already } = revoked
    if (!already) await noteAdminAction(db, 'token revoked', `token ${tokenId} of ${holder}`)
    process.stdout.write(
      `Token ${tokenId} of "${printable(holder)}" ${already ? 'had been revoked before' : 'is revoked'}.\n`,
    )
  })
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

function serverName(name: string): string {
  if (name.trim() !== '' && name.length <= 64) return name.trim()
  throw new InvalidArgumentError('Expected a name of 1 to 64 characters.')
}

function timezone(name: string): string {
  if (isTimezone(name)) return name
  throw new InvalidArgumentError('Expected an IANA time zone such as Europe/Paris.')
}
