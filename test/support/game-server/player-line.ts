import type { Client } from './client.ts'
import { CELLS, ENGINE_VALUES, SCRIPT_VALUES, sumOfCells, type Tally, WEAPONS } from './figures.ts'
import type { Script } from './scripts.ts'

/** A player's line as the script writes it, or null where no weapon has a counter. `own`: the script's counters. */
export function playerLine(client: Client, own: Tally, script: Script): string | null {
  const { counters, fighter, rounds, side } = client
  const used = WEAPONS.flatMap((weapon, bit) => {
    const cells = CELLS.map(cell => counters.get(`${weapon}.${cell}`) ?? 0)
    return cells.some(cell => cell !== 0) ? [{ bit, cells }] : []
  })
  if (used.length === 0) return null
  const mask = used.reduce((sum, { bit }) => sum + 2 ** bit, 0)
  const weapons = used.map(({ cells }) => `${cells.join(' ')} `).join('')
  const all = values(counters, own, script)
  const written = script.values.map(index => all[index]).join(script.separator)
  const gap = script.separator === '\t' ? '\t' : ''
  return `${fighter.guid.slice(0, 8)}\\${fighter.name}\\${rounds}\\${side}\\${mask} ${weapons}${gap}${written}`
}

function values(counters: Tally, own: Tally, script: Script): (string | number)[] {
  const engine = (figure: string) => counters.get(figure) ?? 0
  const kills = sumOfCells(counters, 'kills')
  const deaths = sumOfCells(counters, 'deaths')
  const team = Math.max(engine('team_ms'), 1)
  const again = script.countsDeathsOnce ? 0 : (own.get('dead_again_ms') ?? 0)
  const dead = (own.get('dead_ms') ?? 0) + again
  const tank = engine('damage_received') / Math.max(deaths, 1) / 130

  const made: (string | number)[] = ENGINE_VALUES.map(engine)
  for (const [index, figure] of SCRIPT_VALUES) made[index] = own.get(figure) ?? 0
  made[8] = ((100 * engine('alive_ms')) / team).toFixed(1)
  made[20] = script.countsBulletsOnce ? sumOfCells(counters, 'shots') : (own.get('bullets_again') ?? 0)
  made[21] = script.writesDamagePerMinute ? ((engine('damage_given') * 60_000) / team).toFixed(1) : '0.0'
  made[22] = (team / 60_000).toFixed(1)
  made[23] = tank > 3 ? tank.toFixed(1) : '0.0'
  made[24] = ((100 * dead) / team).toFixed(1)
  made[25] = (dead / 60_000).toFixed(script.deadDecimals)
  made[26] = (deaths > 0 ? kills / deaths : kills).toFixed(1)
  const clock = own.get('clock_seconds')
  if (clock !== undefined) made[28] = clock
  return made
}
