import t from 'tap'
import { makeNight } from '../../support/game-server/make-night.ts'
import type { Night, TrueRound } from '../../support/game-server/night-file.ts'
import { Random } from '../../support/game-server/random.ts'
import { deliverAll, gameServer } from '../../support/import-files.ts'
import { testApp } from '../../support/test-app.ts'

/** Nights a week apart, of which the files tell everything. */
const NIGHTS = [11, 12, 14, 17, 23, 29, 31, 37]
  .map((seed, week) =>
    makeNight(seed, {
      ...{ script: 'c0rnp0rn8' as const, length: 3, fighters: 8, zone: 'UTC' },
      start: new Date(Date.UTC(2026, 5, 5 + 7 * week, 18)),
    }),
  )
  .filter(night => night.rounds.every(round => round.players.every(player => !player.mayBeLeftOut)))
  .slice(0, 3)

/** Figures of people in complete rounds with two or more of them on either side, added up from what happened. */
function ideal(rounds: readonly TrueRound[]) {
  const people = (round: TrueRound) => round.players.filter(({ guid }) => !guid.startsWith('OMNIBOT'))
  const isGame = (round: TrueRound) =>
    [1, 2].every(side => people(round).filter(({ team }) => team === side).length >= 2)
  const sums = new Map<
    string,
    Record<'rounds' | 'kills' | 'deaths' | 'gibs' | 'revives' | 'damage', number>
  >()
  const best = { kills: 0, gibs: 0, revives: 0, damage: 0 }
  for (const round of rounds.filter(({ status }) => status === 'complete').filter(isGame)) {
    for (const { guid, figures } of people(round)) {
      const own = {
        rounds: 1,
        kills: figures.kills ?? 0,
        deaths: figures.deaths ?? 0,
        gibs: figures.gibs ?? 0,
      }
      const more = { revives: figures.revives_given ?? 0, damage: figures.damage_given ?? 0 }
      const all = { ...own, ...more }
      const before = sums.get(guid)
      sums.set(guid, {
        rounds: (before?.rounds ?? 0) + 1,
        kills: (before?.kills ?? 0) + all.kills,
        deaths: (before?.deaths ?? 0) + all.deaths,
        gibs: (before?.gibs ?? 0) + all.gibs,
        revives: (before?.revives ?? 0) + all.revives,
        damage: (before?.damage ?? 0) + all.damage,
      })
      for (const key of ['kills', 'gibs', 'revives', 'damage'] as const)
        best[key] = Math.max(best[key], all[key])
    }
  }
  return { sums, best }
}

t.test(
  'simulated nights: boards, lists and records are what happened, in whatever order the files come',
  async t => {
    t.ok(NIGHTS.length >= 2, 'there are nights to look at')
    const { app, db } = await testApp(t)
    const get = async (url: string) => (await app.inject(url)).json()
    const compare = async (rounds: readonly TrueRound[], when: string) => {
      const { sums, best } = ideal(rounds)
      const { players } = await get('/api/v1/players?sort=rounds')
      const told = new Map(
        players.map(({ guid, rounds, revives }: { guid: string; rounds: number; revives: number }) => [
          guid,
          { rounds, revives },
        ]),
      )
      t.same(
        told,
        new Map([...sums].map(([guid, { rounds, revives }]) => [guid, { rounds, revives }])),
        `${when}: everybody who played, and nobody else`,
      )
      for (const by of ['kills', 'gibs', 'revives'] as const) {
        const { entries } = await get(`/api/v1/leaderboards/${by}`)
        t.same(
          new Map(entries.map(({ guid, value }: { guid: string; value: number }) => [guid, value])),
          new Map([...sums].flatMap(([guid, own]) => (own[by] > 0 ? [[guid, own[by]] as const] : []))),
          `${when}: board of ${by}`,
        )
      }
      const { records } = await get('/api/v1/records')
      for (const category of ['kills', 'gibs', 'revives', 'damage'] as const) {
        const record = records.find(
          (each: { scope: string; category: string }) => each.scope === 'round' && each.category === category,
        )
        t.equal(record?.value ?? 0, best[category], `${when}: record of ${category}`)
      }
      const [guid] = [...sums].sort(([, a], [, b]) => b.kills - a.kills)[0] ?? []
      const one = await get(`/api/v1/players/${guid}`)
      t.match(
        one.periods.all,
        { kills: sums.get(guid ?? '')?.kills, deaths: sums.get(guid ?? '')?.deaths },
        when,
      )
    }
    const server = await gameServer(db, 'night', 'UTC')
    const all = NIGHTS.flatMap(({ rounds }) => rounds)
    const files = new Random(7).shuffled(NIGHTS.flatMap(night => [...night.files]))
    const { late, without } = heldBack(NIGHTS)
    await deliverAll(
      db,
      server,
      files.filter(file => file.name !== late),
    )
    await compare(without, 'a round 1 that is missing')
    await deliverAll(
      db,
      server,
      files.filter(file => file.name === late),
    )
    await compare(all, 'once it has come')
  },
)

/** A round 1 that its round 2 counts on from: without it neither is in any figure. */
function heldBack(nights: readonly Night[]): { late: string; without: TrueRound[] } {
  const all = nights.flatMap(({ rounds }) => rounds)
  const second = all.find(
    round =>
      round.countsOn !== null &&
      round.countsOn === round.round1 &&
      round.status === 'complete' &&
      // Nobody else counts on from it.
      all.filter(other => other.countsOn === round.countsOn || other.countsOn === round.file).length === 1,
  )
  if (!second?.countsOn) throw new Error('No night has a round 2 that counts on from its round 1.')
  const gone = [second.file, second.countsOn]
  return { late: second.countsOn, without: all.filter(({ file }) => !gone.includes(file)) }
}
