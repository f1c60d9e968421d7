import { clock, plural, ratio } from './forms.ts'
import type { PlayerTotals } from './player-totals.ts'

interface AwardRule {
  id: string
  emoji: string
  title: string
  rule: string
  /** Null: unknown, or too little played to be in it. */
  value: (player: PlayerTotals) => number | null
  /** The least that earns it; `above`: it must be more than the floor. */
  floor: number
  above?: true
  figure: (value: number) => string
}

/** All awards with their floors, in the order in which they are shown. The highest value wins. */
export const AWARD_RULES: readonly AwardRule[] = [
  {
    id: 'damage_efficiency',
    emoji: '⚔️',
    title: 'Damage efficiency',
    rule: 'damage given for damage received, over 1.5',
    value: player => player.damageRatio,
    floor: 1.5,
    above: true,
    figure: value => `${ratio(value)} given for received`,
  },
  {
    id: 'chief_engineer',
    emoji: '🔧',
    title: 'Chief engineer',
    rule: 'most repairs and constructions, at least 1',
    value: player => player.constructions,
    floor: 1,
    figure: value => plural(value, 'construction'),
  },
  {
    id: 'dynamite',
    emoji: '🧨',
    title: 'Dynamite',
    rule: 'most dynamites planted, at least 1',
    value: player => player.dynamitesPlanted,
    floor: 1,
    figure: value => `${value} planted`,
  },
  {
    id: 'objective_thief',
    emoji: '💼',
    title: 'Objective thief',
    rule: 'most objectives stolen, at least 1',
    value: player => player.objectivesStolen,
    floor: 1,
    figure: value => `${value} stolen`,
  },
  {
    id: 'medic',
    emoji: '💉',
    title: 'Medic',
    rule: 'most revives given, at least 3',
    value: player => player.revivesGiven,
    floor: 3,
    figure: value => plural(value, 'revive'),
  },
  {
    id: 'tank_shield',
    emoji: '🛡️',
    title: 'Tank shield',
    // The stats script calls nobody a tank below 3.
    rule: 'damage received per death in lives of 130 HP, over 3',
    value: player => player.tank,
    floor: 3,
    above: true,
    figure: value => `${ratio(value)} lives per death`,
  },
  {
    id: 'kill_assists',
    emoji: '🤝',
    title: 'Kill assists',
    rule: 'most kill assists, at least 3',
    value: player => player.killAssists,
    floor: 3,
    figure: value => plural(value, 'assist'),
  },
  {
    id: 'kill_thief',
    emoji: '🦝',
    title: 'Kill thief',
    rule: 'most kills stolen from others, at least 3',
    value: player => player.killSteals,
    floor: 3,
    figure: value => plural(value, 'kill steal'),
  },
  {
    id: 'headshot_king',
    emoji: '🎯',
    title: 'Headshot king',
    rule: 'most kills by a headshot, at least 3',
    value: player => player.headshotKills,
    floor: 3,
    figure: value => plural(value, 'headshot kill'),
  },
  {
    id: 'longest_spree',
    emoji: '🔥',
    title: 'Longest killing spree',
    rule: 'most kills in one life, at least 3',
    value: player => player.killingSpree,
    floor: 3,
    figure: value => `${value} kills in a row`,
  },
  {
    id: 'worst_death_spree',
    emoji: '⚰️',
    title: 'Worst death spree',
    rule: 'most deaths without a kill between, at least 3',
    value: player => player.deathSpree,
    floor: 3,
    figure: value => `${value} deaths in a row`,
  },
  {
    id: 'spray_and_pray',
    emoji: '🚿',
    title: 'Spray and pray',
    rule: 'most bullets per kill, of those with a kill and 100 bullets; at least 10',
    value: ({ bulletsFired, bulletsPerKill }) => ((bulletsFired ?? 0) < 100 ? null : bulletsPerKill),
    floor: 10,
    figure: value => `${value.toFixed(1)} bullets per kill`,
  },
  {
    id: 'sharpshooter',
    emoji: '🏹',
    title: 'Sharpshooter',
    rule: 'best accuracy, of those with 100 shots; at least 10 percent',
    value: ({ shots, accuracy }) => (shots < 100 ? null : accuracy),
    floor: 10,
    figure: value => `${value.toFixed(1)}% accuracy`,
  },
  {
    id: 'team_killer',
    emoji: '🔪',
    title: 'Team killer',
    rule: 'most team kills, at least 1',
    value: player => player.teamKills,
    floor: 1,
    figure: value => plural(value, 'team kill'),
  },
  {
    id: 'self_killer',
    emoji: '💣',
    title: 'Self killer',
    rule: 'most self kills, at least 1',
    value: player => player.selfKills,
    floor: 1,
    figure: value => plural(value, 'self kill'),
  },
  {
    id: 'useless_kills',
    emoji: '🥱',
    title: 'Useless kills',
    rule: 'most useless kills, at least 3',
    value: player => player.uselessKills,
    floor: 3,
    figure: value => plural(value, 'useless kill'),
  },
  {
    id: 'time_denied',
    emoji: '⏳',
    title: 'Play time denied',
    rule: 'most play time denied to others, at least 1:00',
    value: player => player.secondsDenied,
    floor: 60,
    figure: value => `${clock(value)} denied`,
  },
  {
    id: 'time_dead',
    emoji: '💀',
    title: 'Most time dead',
    rule: 'most time dead, at least 1:00',
    value: player => player.secondsDead,
    floor: 60,
    figure: value => `${clock(value)} dead`,
  },
]
