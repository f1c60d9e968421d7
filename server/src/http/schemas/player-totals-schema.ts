import { z } from 'zod'
import type { PlayerTotals, WeaponTotals } from '../../report/player-totals.ts'

/** Null is unknown: older scripts do not write every figure. */
export const known = z.number().nullable()

export const teamSchema = z.enum(['A', 'B'])

const weaponTotalsSchema = z.object({
  name: z.string(),
  kills: z.number(),
  deaths: z.number().describe('By this weapon'),
  shots: z.number(),
  hits: z.number(),
  headshots: z.number(),
  accuracy: known.describe('Percent'),
  headshotPercent: known,
}) satisfies z.ZodType<WeaponTotals>

/** One player's figures over a session, or in one round. */
export const playerTotalsSchema = z.object({
  guid: z.string(),
  name: z.string().describe('The newest name, without colours'),
  colouredName: z.string().describe('The same with its `^c` colour codes'),
  isBot: z.boolean(),
  team: teamSchema.nullable().describe('Whom the player played for last'),
  rounds: z.number(),
  kills: z.number(),
  deaths: z.number(),
  kd: z.number(),
  gibs: known,
  damageGiven: known,
  damageReceived: known,
  damageRatio: known,
  damageShare: known.describe('Percent of the damage that all have done'),
  dpm: known.describe('Damage per minute'),
  teamDamageGiven: known,
  teamDamageReceived: known,
  teamKills: known,
  teamGibs: known,
  selfKills: known,
  fullSelfKills: known,
  shots: z.number(),
  hits: z.number(),
  accuracy: known.describe('Percent, without the syringe'),
  headshots: z.number().describe('Hits to the head'),
  headshotPercent: known.describe('Percent of all hits'),
  headshotKills: known.describe('Kills by a hit to the head'),
  bulletsFired: known,
  bulletsPerKill: known,
  secondsPlayed: known,
  secondsDead: known,
  secondsDenied: known,
  xp: known,
  usefulKills: known,
  uselessKills: known,
  killAssists: known,
  killSteals: known,
  revivesGiven: known,
  timesRevived: known,
  objectivesStolen: known,
  objectivesReturned: known,
  dynamitesPlanted: known,
  dynamitesDefused: known,
  constructions: known,
  tank: known.describe('Damage received per death, in lives of 130 HP'),
  multikills: z
    .object({ double: z.number(), triple: z.number(), quad: z.number(), five: z.number(), six: z.number() })
    .nullable(),
  killingSpree: known.describe('The best'),
  deathSpree: known.describe('The worst'),
  weapons: z.array(weaponTotalsSchema),
}) satisfies z.ZodType<PlayerTotals>
