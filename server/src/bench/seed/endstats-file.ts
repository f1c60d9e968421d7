import type { Deeds } from './fight.ts'

/** The awards and duels of a round as the newest script writes them; names are without colours there. */
export function endstatsFile(deeds: readonly Deeds[]): Buffer {
  const awards = AWARDS.flatMap(([label, value]) => {
    const best = deeds.toSorted((a, b) => value(b) - value(a))[0]
    return best && value(best) > 0 ? [`${label}\t${plainName(best)}\t${value(best)}`] : []
  })
  const blocks = deeds.flatMap(own => {
    const met = deeds.filter(other => own.victims.has(other) || other.victims.has(own))
    return [
      `VS_HEADER\t${plainName(own)}\t${own.fighter.person.guid}`,
      ...met.map(
        other => `${plainName(other)}\t${own.victims.get(other) ?? 0}\t${other.victims.get(own) ?? 0}`,
      ),
    ]
  })
  return Buffer.from(`${[...awards, ...blocks].join('\n')}\n`)
}

const AWARDS: readonly (readonly [label: string, value: (deeds: Deeds) => number])[] = [
  ['Most damage given', deeds => deeds.values.get(0) ?? 0],
  ['Most damage received', deeds => deeds.values.get(1) ?? 0],
  ['Most selfkills', deeds => deeds.values.get(5) ?? 0],
  ['Most revives', deeds => deeds.values.get(37) ?? 0],
]

/** Printable ASCII alone. */
function plainName({ fighter }: Deeds): string {
  return fighter.name.replace(/\^./g, '').replace(/[^\x20-\x7e]/g, '')
}
