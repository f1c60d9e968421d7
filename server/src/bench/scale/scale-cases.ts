import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/tables.ts'

/** Something that people ask for: a page, its JSON, a command of the bot, or the choices while one is typed. */
export type ScaleCase = { name: string } & (
  | { kind: 'get'; path: string; isPage: boolean }
  | { kind: 'command'; word: string; args: readonly string[] }
  | { kind: 'choices'; word: string; option: string; typed: string }
)

/** Whom and what is asked for; the same rule in every history. */
interface Subjects {
  session: number
  date: string
  round: number
  map: string
  eager: string
  usual: string
  name: string
}

/** All cases for one database. */
export async function scaleCases(db: Kysely<DB>): Promise<ScaleCase[]> {
  const { session, date, round, map, eager, usual, name } = await findSubjects(db)
  const page = (path: string): ScaleCase => ({ kind: 'get', name: `page ${shape(path)}`, path, isPage: true })
  const json = (path: string): ScaleCase => ({
    ...{ kind: 'get', name: `json ${shape(path)}`, path: `/api/v1${path}`, isPage: false },
  })
  const command = (word: string, ...args: string[]): ScaleCase => ({
    ...{ kind: 'command', name: `!${word}${args.length > 0 ? ' …' : ''}`, word, args },
  })
  const choices = (word: string, option: string, typed: string): ScaleCase => ({
    ...{ kind: 'choices', name: `choices of /${word}`, word, option, typed },
  })
  const player = (guid: string, who: string) =>
    [page(`/players/${guid}`), json(`/players/${guid}`)].map(each => ({
      ...each,
      name: `${each.name}, ${who}`,
    }))
  const cases: ScaleCase[] = [
    ...[page('/'), page('/sessions/latest'), page(`/sessions/${session}`), json(`/sessions/${session}`)],
    ...[page(`/rounds/${round}`), json('/sessions?limit=5')],
    ...[...player(eager, 'the eagerest'), ...player(usual, 'the median')],
    ...[page('/players'), page(`/players?search=${name.slice(0, 2)}`), json('/players?sort=kd&period=30d')],
    ...[
      page('/leaderboards/kd'),
      page('/leaderboards/kills?period=30d'),
      page('/leaderboards/dpm?period=season'),
    ],
    ...[
      page('/leaderboards/rating'),
      page('/records'),
      json('/records'),
      page('/maps'),
      page(`/maps/${map}`),
    ],
    ...[page(`/compare?a=${eager}&b=${usual}`), page(`/compare?a=${name.slice(0, 2)}&b=${usual}`)],
    ...[json(`/rounds/${round}`), json('/leaderboards/kd'), json('/maps'), json(`/maps/${map}`)],
    ...[json(`/compare?a=${eager}&b=${usual}`), page(`/records?map=${map}`)],
    { kind: 'get', name: '/metrics', path: '/metrics', isPage: false },
    ...[
      command('last_session', 'top'),
      command('session', String(session), 'top'),
      command('session', date, 'top'),
    ],
    ...[command('stats', eager), command('stats', usual, '30d'), command('leaderboard', 'kd')],
    ...[
      command('leaderboard', 'kills', '30d'),
      command('leaderboard', 'rating'),
      command('compare', eager, usual),
    ],
    ...[command('records'), command('records', map), command('map', map), command('rivals', eager)],
    command('teams', eager, usual),
    ...[command('status'), choices('stats', 'player', name.slice(0, 2)), choices('map', 'map', 's')],
    ...[choices('session', 'which', '1'), choices('session', 'which', date.slice(0, 7))],
  ]
  return cases.map((each, index, all) => {
    const namesakes = all.slice(0, index).filter(other => other.name === each.name).length
    return namesakes === 0 ? each : { ...each, name: `${each.name} (${namesakes + 1})` }
  })
}

/** `/players/…?period=30d`: numbers and names differ between histories. */
function shape(path: string): string {
  return path
    .replace(/^(\/(?:players|rounds|maps))\/[^?]+/, '$1/…')
    .replace(/^(\/sessions)\/\d+/, '$1/…')
    .replace(/(search|map)=.*/, '$1=…')
    .replace(/a=.*/, 'a=…&b=…')
}

async function findSubjects(db: Kysely<DB>): Promise<Subjects> {
  const { rows } = await sql<Subjects>`
    with people as (
      select player_guid, row_number() over (order by sum(rounds) desc, player_guid) as place, count(*) over () as people
      from player_cells group by player_guid
    ), middle as (
      select gaming_session_id, round_id, round_date, map_name from counted_rounds
      where round_id = (select (min(round_id) + max(round_id)) / 2 from rounds)
    )
    select m.gaming_session_id as session, m.round_date as date, m.round_id as round, m.map_name as map,
      e.player_guid as eager, u.player_guid as usual,
      (select clean_name from player_name_cells where player_guid = u.player_guid limit 1) as name
    from middle m, people e, people u where e.place = 1 and u.place = (u.people + 1) / 2`.execute(db)
  const [found] = rows
  if (!found) throw new Error('The database has no history to measure on; `pnpm bench:seed` makes one.')
  return found
}
