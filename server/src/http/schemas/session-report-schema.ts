import { z } from 'zod'
import type { SessionSummary } from '../../report/list-sessions.ts'
import type { MatchReport, SessionReport } from '../../report/session-report.ts'
import { duelSchema, rivalsSchema } from './duel-schema.ts'
import { mapResultSchema, scoreSchema, winnerSchema } from './map-result-schema.ts'
import { known, playerTotalsSchema, teamSchema } from './player-totals-schema.ts'

const namedSchema = z.object({ guid: z.string(), name: z.string() })

const teamReportSchema = z.object({
  kills: z.number(),
  deaths: z.number(),
  kd: z.number(),
  damageGiven: known,
  damageReceived: known,
  members: z.array(
    namedSchema.extend({
      rounds: z.number(),
      note: z.string().nullable().describe('Who came late, or left'),
    }),
  ),
  mvp: namedSchema
    .extend({ kills: z.number(), deaths: z.number(), damageGiven: known, dpm: known })
    .nullable()
    .describe('Most kills for the team'),
})

const matchReportSchema = z.object({
  number: z.number(),
  score: scoreSchema,
  winner: winnerSchema,
  maps: z.array(
    mapResultSchema.extend({
      players: z.array(
        namedSchema.extend({
          isBot: z.boolean(),
          team: teamSchema.nullable(),
          rounds: z.number(),
          kills: z.number(),
          deaths: z.number(),
          gibs: known,
          damageGiven: known,
          damageReceived: known,
          dpm: known,
          secondsPlayed: known,
        }),
      ),
    }),
  ),
  teams: z.object({ A: teamReportSchema, B: teamReportSchema }),
  withoutTeam: z.array(namedSchema),
  certainty: z.object({ level: z.enum(['sure', 'likely', 'unclear']), text: z.string() }),
}) satisfies z.ZodType<MatchReport>

/** All of a session's report. */
export const sessionReportSchema = z.object({
  session: z.number(),
  server: z.string(),
  timezone: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  changedAt: z.string().describe('When a figure of this session last changed'),
  local: z
    .object({
      startDate: z.string(),
      startTime: z.string(),
      endDate: z.string(),
      endTime: z.string(),
      changed: z.string(),
    })
    .describe('As the clock of the game server showed it'),
  rounds: z.object({ counted: z.number(), aborted: z.number(), waiting: z.number() }),
  notCounted: z.array(z.string()).describe('What is not in the figures, and why'),
  notCountedRounds: z.array(
    z.object({
      roundId: z.number(),
      map: z.string(),
      roundNumber: z.union([z.literal(1), z.literal(2)]),
      status: z.enum(['awaiting_round_1', 'aborted']),
    }),
  ),
  mapCount: z.number(),
  rule: z.literal('box-1').describe('How maps are scored'),
  matches: z.array(matchReportSchema).describe('One, or more where the teams were reshuffled'),
  players: z.array(playerTotalsSchema).describe('Most kills first'),
  totals: z.object({
    kills: z.number(),
    deaths: z.number(),
    damageGiven: known,
    dpm: known,
    secondsOfPlay: known,
  }),
  awards: z.array(
    z.object({
      id: z.string(),
      emoji: z.string(),
      title: z.string(),
      rule: z.string(),
      value: z.number(),
      figure: z.string(),
      winners: z.array(namedSchema),
    }),
  ),
  roundAwards: z
    .array(z.object({ player: namedSchema, won: z.number() }))
    .describe('Awards of single rounds, of those to be proud of: who won most of them. From files of awards'),
  newRecords: z
    .array(
      z.object({
        ...{ scope: z.enum(['round', 'map', 'session']), category: z.string() },
        ...{ title: z.string(), rule: z.string() },
        map: z.string().nullable().describe('`null`: of all maps'),
        ...{ value: z.number(), figure: z.string() },
        before: z.object({ value: z.number(), figure: z.string() }).describe('What stood until then'),
        ...{ players: z.array(namedSchema), roundId: z.number() },
      }),
    )
    .describe('Records of all time that this session set, as they stood then'),
  duels: z
    .array(duelSchema)
    .describe('Between people, over the counted rounds; each in both directions. From files of awards'),
  rivals: z.array(rivalsSchema).describe('Of each who fought one'),
}) satisfies z.ZodType<SessionReport>

/** A line in the list of sessions. */
export const sessionSummarySchema = z.object({
  session: z.number(),
  server: z.string(),
  timezone: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  scores: z.array(scoreSchema.extend({ winner: winnerSchema })),
  maps: z.array(z.string()),
  players: z.array(namedSchema),
  rounds: z.number().describe('Counted rounds'),
  notCounted: z.object({ aborted: z.number(), waiting: z.number() }).describe('Rounds in no figure'),
}) satisfies z.ZodType<SessionSummary>
