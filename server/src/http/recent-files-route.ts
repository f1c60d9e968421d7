import { type Receipt, ROUTES, receiptSchema } from '@debrief/shared'
import type { onRequestAsyncHookHandler } from 'fastify'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { AppContext } from '../context.ts'
import type { DB } from '../db/tables.ts'
import { gameServerOrThrow } from './authenticate.ts'
import { problemResponses } from './problem-responses.ts'
import type { ZodApp } from './zod-app.ts'

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('How many receipts, newest first'),
})

/** `GET /api/v1/files`: what became of the newest files of the token's game server. */
export function recentFilesRoute(
  app: ZodApp,
  { db }: AppContext,
  authenticated: onRequestAsyncHookHandler,
): void {
  app.get(
    ROUTES.files,
    {
      onRequest: authenticated,
      schema: {
        summary: 'The receipts of the newest files of this game server',
        security: [{ token: [] }],
        querystring: querySchema,
        response: {
          200: z.object({ files: z.array(receiptSchema) }),
          ...problemResponses(400, 401, 429, 503),
        },
      },
    },
    async request => ({
      files: await readReceipts(db, gameServerOrThrow(request).serverId, request.query.limit),
    }),
  )
}

async function readReceipts(db: Kysely<DB>, serverId: number, limit: number): Promise<Receipt[]> {
  const rows = await db
    .selectFrom('processed_files as f')
    .leftJoin('rounds as r', 'r.file_id', 'f.file_id')
    .where('f.server_id', '=', serverId)
    .select([
      ...(['f.filename', 'f.sha256', 'f.bytes', 'f.received_at', 'f.processed_at', 'f.status'] as const),
      ...(['f.error_code', 'f.error_message', 'f.error_line', 'f.warnings'] as const),
      ...(['r.round_id', 'r.map_name', 'r.round_number', 'r.ended_at', 'r.gaming_session_id'] as const),
      ...(['r.player_count', 'r.weapon_row_count', 'r.status as round_status'] as const),
    ])
    .orderBy('f.received_at', 'desc')
    .orderBy('f.file_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    status: row.status,
    duplicate: false,
    file: {
      name: row.filename,
      sha256: row.sha256,
      bytes: row.bytes,
      receivedAt: row.received_at.toISOString(),
    },
    round: toRound(row),
    warnings: row.warnings,
    ...(row.error_code && {
      problem: { code: row.error_code, line: row.error_line, detail: row.error_message ?? '' },
    }),
    tookMs: Math.max(0, row.processed_at.getTime() - row.received_at.getTime()),
  }))
}

function toRound(
  row: {
    [K in 'round_id' | 'round_number' | 'gaming_session_id' | 'player_count' | 'weapon_row_count']:
      | number
      | null
  } & {
    map_name: string | null
    ended_at: Date | null
    round_status: NonNullable<Receipt['round']>['status'] | null
  },
) {
  if (row.round_id === null || row.round_status === null) return null
  return {
    id: row.round_id,
    map: row.map_name ?? '',
    roundNumber: row.round_number ?? 0,
    endedAt: row.ended_at?.toISOString() ?? '',
    gamingSessionId: row.gaming_session_id ?? 0,
    players: row.player_count ?? 0,
    weapons: row.weapon_row_count ?? 0,
    status: row.round_status,
  }
}
