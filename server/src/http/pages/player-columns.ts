import { clock, count, hitPoints, percent, ratio } from '../../report/forms.ts'
import type { PlayerTotals } from '../../report/player-totals.ts'
import type { StatColumn } from './stat-table.ts'

const whole = (value: number | null) => (value === null ? '-' : String(Math.round(value)))

type Column = StatColumn<PlayerTotals>

const kills: Column = {
  label: 'K',
  meaning: 'Kills',
  value: p => p.kills,
  show: p => count(p.kills),
  marksBest: true,
}
const deaths: Column = { label: 'D', meaning: 'Deaths', value: p => p.deaths, show: p => count(p.deaths) }
const kd: Column = {
  label: 'K/D',
  meaning: 'Kills per death',
  value: p => p.kd,
  show: p => ratio(p.kd),
  marksBest: true,
}
const gibs: Column = {
  label: 'Gibs',
  meaning: 'Gibs',
  value: p => p.gibs,
  show: p => count(p.gibs),
  marksBest: true,
}
const dpm: Column = {
  label: 'DPM',
  meaning: 'Damage per minute',
  value: p => p.dpm,
  show: p => whole(p.dpm),
  marksBest: true,
}
const given: Column = {
  label: 'Given',
  meaning: 'Damage given',
  value: p => p.damageGiven,
  show: p => hitPoints(p.damageGiven),
  marksBest: true,
}
const received: Column = {
  label: 'Rcvd',
  meaning: 'Damage received',
  value: p => p.damageReceived,
  show: p => hitPoints(p.damageReceived),
}
const accuracy: Column = {
  label: 'Acc',
  meaning: 'Accuracy: hits per shot',
  value: p => p.accuracy,
  show: p => percent(p.accuracy),
  marksBest: true,
}
const headshots: Column = {
  label: 'HS',
  meaning: 'Hits to the head',
  value: p => p.headshots,
  show: p => count(p.headshots),
  marksBest: true,
}
const headshotPercent: Column = {
  label: 'HS%',
  meaning: 'Hits to the head, of all hits',
  value: p => p.headshotPercent,
  show: p => percent(p.headshotPercent),
}
const revives: Column = {
  label: 'Rev',
  meaning: 'Revives given',
  value: p => p.revivesGiven,
  show: p => count(p.revivesGiven),
  marksBest: true,
}
const revived: Column = {
  label: 'Rev’d',
  meaning: 'Times revived',
  value: p => p.timesRevived,
  show: p => count(p.timesRevived),
}
const useful: Column = {
  label: 'Useful',
  meaning: 'Useful kills',
  value: p => p.usefulKills,
  show: p => count(p.usefulKills),
  marksBest: true,
}
const played: Column = {
  label: 'Played',
  meaning: 'Time played',
  value: p => p.secondsPlayed,
  show: p => clock(p.secondsPlayed),
}
const dead: Column = {
  label: 'Dead',
  meaning: 'Time dead',
  value: p => p.secondsDead,
  show: p => clock(p.secondsDead),
}
const denied: Column = {
  label: 'Denied',
  meaning: 'Play time denied to others',
  value: p => p.secondsDenied,
  show: p => clock(p.secondsDenied),
  marksBest: true,
}

/** Of a whole session. */
export const SESSION_COLUMNS: readonly Column[] = [
  ...[kills, deaths, kd, gibs, dpm, given, received, accuracy, headshots, headshotPercent],
  ...[useful, revives, revived, played, dead, denied],
]

/** Of one side in one round. */
export const ROUND_COLUMNS: readonly Column[] = [
  ...[kills, deaths, kd, gibs, dpm, given, received, accuracy, headshots, revives, played],
]
