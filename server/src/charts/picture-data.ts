import type { PlayerTotals } from '../report/player-totals.ts'
import type { SessionReport } from '../report/session-report.ts'

/** All that the two pictures show: what is equal looks equal. */
export interface PictureData {
  title: string
  subtitle: string
  players: BarPlayer[]
  /** Who found no room, in words; null: all are shown. */
  rest: string | null
}

export type BarPlayer = Pick<
  PlayerTotals,
  | 'name'
  | 'isBot'
  | 'team'
  | 'kills'
  | 'deaths'
  | 'dpm'
  | 'secondsPlayed'
  | 'secondsDead'
  | 'secondsDenied'
  | 'damageGiven'
  | 'damageReceived'
  | 'damageRatio'
  | 'bulletsFired'
  | 'bulletsPerKill'
>

const MOST_BARS = 12

/** The top 12 by kills have bars; the others are counted. */
export function pictureData({ session, local, players, matches, mapCount }: SessionReport): PictureData {
  const rest = players.length - MOST_BARS
  const single = matches.length === 1 ? matches[0] : undefined
  const score = single?.winner ? ` · A ${single.score.A} - ${single.score.B} B` : ''
  const more = `+ ${rest} more: the top ${MOST_BARS} by kills are shown; all ${players.length} are in the report`
  return {
    title: `Session ${session}${score}`,
    subtitle: `${dates(local)} · ${mapCount} map${mapCount === 1 ? '' : 's'} · ${players.length} player${players.length === 1 ? '' : 's'}`,
    players: players.slice(0, MOST_BARS).map(barPlayer),
    rest: rest > 0 ? more : null,
  }
}

function dates({ startDate, endDate }: SessionReport['local']): string {
  return startDate === endDate ? startDate : `${startDate} to ${endDate}`
}

function barPlayer(player: PlayerTotals): BarPlayer {
  const { name, isBot, team, kills, deaths, dpm, secondsPlayed, secondsDead, secondsDenied } = player
  const { damageGiven, damageReceived, damageRatio, bulletsFired, bulletsPerKill } = player
  return {
    name,
    isBot,
    team,
    kills,
    deaths,
    dpm,
    secondsPlayed,
    secondsDead,
    secondsDenied,
    damageGiven,
    damageReceived,
    damageRatio,
    bulletsFired,
    bulletsPerKill,
  }
}
