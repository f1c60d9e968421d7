import { sql, type Transaction } from 'kysely'
import type { DB } from '../db/tables.ts'

/** What the database holds of one round, counted by the database. Sums are null where a figure is unknown. */
export interface HeldRound {
  players: number
  weapons: number
  kills: number
  deaths: number
  damageGiven: number | null
  damageReceived: number | null
}

export async function heldRound(trx: Transaction<DB>, roundId: number): Promise<HeldRound> {
  const { rows } = await sql<HeldRound>`
    select count(*) as players, coalesce(sum(kills), 0) as kills, coalesce(sum(deaths), 0) as deaths,
      sum(damage_given) as "damageGiven", sum(damage_received) as "damageReceived",
      (select count(*) from weapon_comprehensive_stats where round_id = ${roundId}) as weapons
    from player_comprehensive_stats where round_id = ${roundId}`.execute(trx)
  const [held] = rows
  if (!held) throw new Error(`Counting the rows of round ${roundId} gave no answer.`)
  return held
}
