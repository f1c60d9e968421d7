import { percent, weaponLabel } from '../report/forms.ts'
import type { PlayerTotals, WeaponTotals } from '../report/player-totals.ts'
import type { SessionReport } from '../report/session-report.ts'
import type { Card } from './card.ts'
import type { CardFrame } from './card-frame.ts'
import { playerLabel } from './player-label.ts'

/** Card 5: per player the weapons with kills. */
export function weaponsCard({ players }: SessionReport, { url, footer }: CardFrame): Card {
  const entries = players.flatMap(player => weaponEntry(player))
  return {
    title: '🔫 Weapons',
    url,
    color: 0x5865f2,
    footer,
    blocks:
      entries.length === 0
        ? [{ entries: ['Nobody has killed anybody.'], separator: '\n' }]
        : [{ heading: LEGEND, entries, separator: '\n' }],
  }
}

function weaponEntry(player: PlayerTotals): string[] {
  const used = player.weapons.filter(weapon => weapon.kills > 0)
  if (used.length === 0) return []
  return [`**${playerLabel(player)}** ${used.map(weaponFigures).join(', ')}`]
}

const LEGEND = '*kills · accuracy · headshots (share of hits)*'

/** `mp40 63 · 31.2% · 12 (9.8%)`; explosives have no heads to hit. */
function weaponFigures({ name, kills, accuracy, headshots, headshotPercent }: WeaponTotals): string {
  const heads = headshots > 0 ? ` · ${headshots} (${percent(headshotPercent)})` : ''
  return `${weaponLabel(name)} ${kills} · ${percent(accuracy)}${heads}`
}
