import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AppContext } from '../../../app-context.ts'
import { PERIOD_PATTERN } from '../../../report/players/period.ts'
import { PLAYER_SORTS } from '../../../report/players/player-models.ts'
import { comparisonOf } from '../../comparison-model.ts'
import { foundOrThrow, guidSchema } from '../../player-json-routes.ts'
import {
  ALL_BOARDS,
  leaderboard,
  mapModel,
  playerList,
  playerModel,
  recordList,
} from '../../player-models.ts'
import type { PlayerReads } from '../../player-reads.ts'
import { RequestFault } from '../../request-fault.ts'
import { requestOrigin } from '../../request-origin.ts'
import type { ZodApp } from '../../zod-app.ts'
import { layout, type Page } from '../layout.ts'
import { boardPage, MOST_SHOWN } from './boards-page.ts'
import { comparePage } from './compare-page.ts'
import { mapPage, mapsPage } from './maps-pages.ts'
import { playerPage } from './player-page.ts'
import { playersPage } from './players-page.ts'
import { recordsPage } from './records-page.ts'

/** What a mistyped address asks for is the first of its kind, not the fault of a form. */
const querySchema = z.object({
  search: z.string().max(100).catch(''),
  period: z.string().regex(PERIOD_PATTERN).catch('all'),
  sort: z.enum(PLAYER_SORTS).catch('last_seen'),
  cursor: z.string().max(20).nullable().catch(null),
  map: z.string().max(64).nullable().catch(null),
  a: z.string().max(100).catch(''),
  b: z.string().max(100).catch(''),
})

/** The pages of players, boards, records and maps. */
export function playerPageRoutes(
  app: ZodApp,
  { db, config }: Pick<AppContext, 'db' | 'config'>,
  reads: PlayerReads,
): void {
  const page = (path: string, render: (request: FastifyRequest) => Promise<Page>) =>
    app.get(path, { schema: { hide: true } }, async (request, reply) =>
      send(request, reply, await render(request)),
    )

  page('/players', async request => {
    const query = querySchema.parse(request.query)
    return playersPage(await playerList(reads, query), query, await reads.unsummed())
  })
  page('/players/:guid', async request => {
    const guid = guidSchema.safeParse(param(request, 'guid')).data
    const player = guid === undefined ? null : await playerModel(db, reads, guid)
    return playerPage(foundOrThrow(player, 'player of this GUID'))
  })
  page('/leaderboards', async request => {
    const { period } = querySchema.parse(request.query)
    return boardPage(await leaderboard(db, reads, { by: 'kills', period, most: MOST_SHOWN }), period)
  })
  page('/leaderboards/:by', async request => {
    const by = z.enum(ALL_BOARDS).safeParse(param(request, 'by')).data
    if (by === undefined) throw new RequestFault('not_found', `The boards are ${ALL_BOARDS.join(', ')}.`)
    const { period } = querySchema.parse(request.query)
    return boardPage(await leaderboard(db, reads, { by, period, most: MOST_SHOWN }), period)
  })
  page('/records', async request => {
    const { map } = querySchema.parse(request.query)
    return recordsPage(foundOrThrow(await recordList(reads, map), 'record of this map'))
  })
  page('/maps', async () => mapsPage(await reads.maps()))
  page('/maps/:map', async request =>
    mapPage(foundOrThrow(await mapModel(reads, param(request, 'map')), 'such map')),
  )
  page('/compare', async request => {
    const { a, b } = querySchema.parse(request.query)
    return comparePage(await comparisonOf(db, reads, a, b))
  })

  function send(request: FastifyRequest, reply: FastifyReply, shown: Page): FastifyReply {
    const origin = requestOrigin(request, config)
    const address = origin === null ? {} : { address: { origin, path: request.url } }
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(layout({ ...shown, ...address }))
  }
}

function param({ params }: FastifyRequest, name: string): string {
  return z.record(z.string(), z.string()).parse(params)[name] ?? ''
}
