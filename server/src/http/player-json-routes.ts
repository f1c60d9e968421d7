import { z } from 'zod'
import type { AppContext } from '../app-context.ts'
import { PERIOD_PATTERN } from '../report/players/period.ts'
import { PLAYER_SORTS } from '../report/players/player-models.ts'
import { compareModel } from './comparison-model.ts'
import { ALL_BOARDS, leaderboard, mapModel, playerList, playerModel, recordList } from './player-models.ts'
import type { PlayerReads } from './player-reads.ts'
import { problemResponses } from './problem-responses.ts'
import { RequestFault } from './request-fault.ts'
import {
  boardSchema,
  compareSchema,
  listedPlayerSchema,
  mapSchema,
  mapSummarySchema,
  periodSchema,
  playerSchema,
  recordSchema,
} from './schemas/player-schemas.ts'
import type { ZodApp } from './zod-app.ts'

const period = z
  .string()
  .regex(PERIOD_PATTERN)
  .default('all')
  .describe('`session` (the newest), `30d`, `season` (the current), a quarter such as `2026-Q2`, or `all`')
export const guidSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{8}$/)
  .transform(guid => guid.toUpperCase())
const answers = problemResponses(400, 404, 429, 503)

/** The players' pages for programs. Counted games between people only; joined GUIDs are one player. */
export function playerJsonRoutes(app: ZodApp, { db }: Pick<AppContext, 'db'>, reads: PlayerReads): void {
  peopleRoutes(app, db, reads)
  boardRoutes(app, db, reads)
  mapRoutes(app, reads)
}

function peopleRoutes(app: ZodApp, db: AppContext['db'], reads: PlayerReads): void {
  app.get(
    '/api/v1/players',
    {
      schema: {
        summary: 'Everybody who played, with a search over all names ever used',
        querystring: z.strictObject({
          search: z.string().max(100).default(''),
          period,
          sort: z.enum(PLAYER_SORTS).default('last_seen'),
          cursor: z.string().max(20).optional().describe('`next` of the page before'),
        }),
        response: {
          200: z.object({
            period: periodSchema,
            total: z.number(),
            players: z.array(listedPlayerSchema),
            next: z.string().nullable(),
          }),
          ...answers,
        },
      },
    },
    ({ query: { cursor = null, ...query } }) => playerList(reads, { ...query, cursor }),
  )
  app.get(
    '/api/v1/players/:guid',
    {
      schema: {
        summary: 'One player over all time',
        params: z.object({ guid: guidSchema.describe('Of 8 characters; a joined one is of its main one') }),
        response: { 200: playerSchema, ...answers },
      },
    },
    async ({ params: { guid } }) => foundOrThrow(await playerModel(db, reads, guid), `player ${guid}`),
  )
  app.get(
    '/api/v1/compare',
    {
      schema: {
        summary: 'Two players side by side, and against each other',
        querystring: z.strictObject({ a: guidSchema, b: guidSchema }),
        response: { 200: compareSchema, ...answers },
      },
    },
    async ({ query: { a, b } }) =>
      foundOrThrow(await compareModel(db, reads, a, b), 'pair of players who both played'),
  )
}

function boardRoutes(app: ZodApp, db: AppContext['db'], reads: PlayerReads): void {
  app.get(
    '/api/v1/leaderboards/:by',
    {
      schema: {
        summary: 'A leaderboard',
        params: z.object({ by: z.enum(ALL_BOARDS) }),
        querystring: z.strictObject({ period }),
        response: { 200: boardSchema, ...answers },
      },
    },
    ({ params: { by }, query }) => leaderboard(db, reads, { by, ...query }),
  )
  app.get(
    '/api/v1/records',
    {
      schema: {
        summary: 'The record book, of all maps or of one',
        querystring: z.strictObject({ map: z.string().max(64).optional() }),
        response: {
          200: z.object({
            map: z.string().nullable(),
            records: z.array(recordSchema),
            maps: z.array(z.string()),
          }),
          ...answers,
        },
      },
    },
    async ({ query: { map = null } }) => foundOrThrow(await recordList(reads, map), `map ${map}`),
  )
}

function mapRoutes(app: ZodApp, reads: PlayerReads): void {
  app.get(
    '/api/v1/maps',
    {
      schema: {
        summary: 'All maps, the most played first',
        response: { 200: z.object({ maps: z.array(mapSummarySchema) }), ...answers },
      },
    },
    async () => ({ maps: await reads.maps() }),
  )
  app.get(
    '/api/v1/maps/:map',
    {
      schema: {
        summary: 'One map: attack times, who wins it, who is best on it',
        params: z.object({ map: z.string().max(64) }),
        response: { 200: mapSchema, ...answers },
      },
    },
    async ({ params: { map } }) => foundOrThrow(await mapModel(reads, map), `map ${map}`),
  )
}

export function foundOrThrow<T>(value: T | null, what: string): T {
  if (value === null) throw new RequestFault('not_found', `There is no ${what}.`)
  return value
}
