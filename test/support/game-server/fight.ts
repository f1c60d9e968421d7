import type { Client } from './client.ts'
import type { Random } from './random.ts'

/** What a second of play needs: who is there, and where to report what happens to them. */
export interface Field {
  clients: readonly Client[]
  random: Random
  /** Milliseconds. */
  now: number
  happen: (client: Client, figure: string, amount: number) => void
}

const GUNS = { 1: ['mp40', 'fg42', 'k43', 'mg42'], 2: ['thompson', 'sten', 'garand', 'carbine'] } as const
const PISTOLS = { 1: 'luger', 2: 'colt' } as const
const MULTIKILLS = ['double_kills', 'triple_kills', 'quad_kills', 'multi_kills', 'mega_kills']
const DEEDS = [
  ...['kill_assists', 'kill_steals', 'objectives_stolen', 'objectives_returned', 'dynamites_planted'],
  ...['dynamites_defused', 'constructions'],
]

/** One second of a synthetic fight: nobody is good at it, but everything that is counted happens. */
export function fightOneSecond(field: Field): void {
  const { clients, random, now } = field
  for (const client of clients) {
    if (client.diedAt !== null && now >= client.respawnsAt) respawn(client)
    if (client.diedAt !== null) continue
    const roll = random.fraction()
    if (roll < 0.28) shoot(field, client)
    else if (roll < 0.3) throwGrenade(field, client)
    else if (roll < 0.31) stab(field, client)
    else if (roll < 0.325) revive(field, client)
    else if (roll < 0.33) hurtMate(field, client)
    else if (roll < 0.333) killHimself(field, client)
    else if (roll < 0.345) {
      field.happen(client, random.pick(DEEDS), 1)
      field.happen(client, 'xp', random.int(1, 7))
    }
  }
}

function respawn(client: Client): void {
  client.diedAt = null
  client.health = 130
}

function others(field: Field, client: Client, mates: boolean): Client[] {
  return field.clients.filter(other => other !== client && (other.side === client.side) === mates)
}

function shoot(field: Field, client: Client): void {
  const { random, happen } = field
  const guns = GUNS[client.side]
  const gun = random.chance(0.85)
    ? (guns[client.fighter.taste % guns.length] ?? guns[0])
    : PISTOLS[client.side]
  const shots = random.int(1, 5)
  happen(client, `${gun}.shots`, shots)
  const victims = others(field, client, false).filter(other => other.diedAt === null)
  if (victims.length === 0) return
  const hits = random.int(0, Math.min(shots, 3))
  if (hits === 0) return
  const headshots = random.chance(0.2) ? 1 : 0
  happen(client, `${gun}.hits`, hits)
  if (headshots > 0) happen(client, `${gun}.headshots`, headshots)
  hurt(field, client, random.pick(victims), gun, hits * 18 + headshots * 32, headshots > 0)
}

/** An explosive hits more often than it is thrown. */
function throwGrenade(field: Field, client: Client): void {
  const { random, happen } = field
  happen(client, 'grenade.shots', 1)
  for (const victim of others(field, client, false).filter(other => other.diedAt === null)) {
    if (!random.chance(0.35)) continue
    happen(client, 'grenade.hits', 1)
    hurt(field, client, victim, 'grenade', random.int(20, 140), false)
  }
}

/** The Kabar's stabs stand under the knife's shots; one at a corpse takes one back. */
function stab(field: Field, client: Client): void {
  const { random, happen } = field
  const held = client.counters.get('knife.shots') ?? 0
  if (held > 0 && random.chance(0.5)) {
    happen(client, 'knife.shots', -1)
    return
  }
  happen(client, 'knife.shots', 1)
  if (client.side === 2 && random.chance(0.3)) happen(client, 'knife_kbar.hits', 1)
}

function revive(field: Field, client: Client): void {
  const { random, happen, now } = field
  happen(client, 'syringe.shots', 1)
  const fallen = others(field, client, true).filter(mate => mate.diedAt !== null && mate.diedAt < now)
  if (fallen.length === 0) return
  const mate = random.pick(fallen)
  happen(client, 'syringe.hits', 1)
  happen(client, 'revives_given', 1)
  happen(client, 'xp', 4)
  happen(mate, 'times_revived', 1)
  respawn(mate)
}

function hurtMate(field: Field, client: Client): void {
  const { random, happen } = field
  const mates = others(field, client, true).filter(other => other.diedAt === null)
  if (mates.length === 0) return
  const mate = random.pick(mates)
  const damage = random.int(8, 60)
  happen(client, 'team_damage_given', damage)
  happen(mate, 'team_damage_received', damage)
  mate.health -= damage
  if (mate.health > 0) return
  happen(client, 'team_kills', 1)
  if (random.chance(0.3)) happen(client, 'team_gibs', 1)
  die(field, mate)
}

function killHimself(field: Field, client: Client): void {
  field.happen(client, 'self_kills', 1)
  if (field.random.chance(0.5)) field.happen(client, 'full_selfkills', 1)
  die(field, client)
}

function hurt(field: Field, client: Client, victim: Client, gun: string, damage: number, head: boolean) {
  const { random, happen } = field
  happen(client, 'damage_given', damage)
  happen(victim, 'damage_received', damage)
  victim.health -= damage
  if (victim.health > 0) return
  happen(client, `${gun}.kills`, 1)
  happen(victim, `${gun}.deaths`, 1)
  happen(client, 'xp', 3)
  if (head) happen(client, 'headshot_kills', 1)
  if (random.chance(0.2)) happen(client, 'gibs', 1)
  if (random.chance(0.15)) happen(client, random.pick(MULTIKILLS), 1)
  client.killsInARow += 1
  client.deathsInARow = 0
  if (client.killsInARow >= 3) happen(client, 'killing_spree_best', client.killsInARow)
  die(field, victim)
  const wait = Math.round((victim.respawnsAt - field.now) / 1000)
  happen(client, wait > 10 ? 'most_useful_kills' : 'useless_kills', 1)
  happen(client, 'denied_playtime', wait)
  victim.deathsInARow += 1
  if (victim.deathsInARow >= 3) happen(victim, 'death_spree_worst', victim.deathsInARow)
}

function die({ random, now }: Field, client: Client): void {
  client.diedAt = now
  client.respawnsAt = now + random.int(3, 20) * 1000
  client.killsInARow = 0
}
