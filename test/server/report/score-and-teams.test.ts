import t from 'tap'
import { assignTeams, type SidedRound } from '../../../server/src/report/assign-teams.ts'
import { type RoundFacts, scoreMap } from '../../../server/src/report/score-map.ts'

const [AXIS, ALLIES] = [1, 2] as const

/** Axis defend. A round that the attackers win takes `seconds`. */
function round(winner: 0 | 1 | 2 | null, seconds: number | null, limit: number | null = 720): RoundFacts {
  return {
    defender_team: AXIS,
    winner_team: winner,
    time_limit_seconds: limit,
    duration_seconds: seconds,
    outcome: null,
  }
}

t.test('rule box-1: the score of a map, by the sides of round 2', async t => {
  const cases: [what: string, round1: RoundFacts, round2: RoundFacts, side: 1 | 2 | null | 'unclear'][] = [
    ['both held: 1-1', round(AXIS, 719.3), round(AXIS, 719.3), null],
    ['only the first attack came through', round(ALLIES, 400.2), round(AXIS, 399.5, 400), AXIS],
    ['only the second attack came through', round(AXIS, 719.3), round(ALLIES, 500), ALLIES],
    ['the second attack beat the time', round(ALLIES, 400.2), round(ALLIES, 300, 400), ALLIES],
    ['the first attack gave up: held', round(AXIS, 100), round(AXIS, 719.3), null],
    ['no winners, both came through: the shorter time', round(0, 400.2), round(0, 300, 400), ALLIES],
    ['no winners, the first ran out of time, the second did not', round(0, 719.3), round(0, 300), ALLIES],
    ['no winners, the second ran out of time', round(0, 400.2), round(0, 399.5, 400), AXIS],
    ['no winners, nobody came through: 1-1', round(0, 719.3), round(0, 719.3), null],
    [
      'no winner in round 1, which the time to beat shows was held',
      round(0, 719.3),
      round(AXIS, 719.3),
      null,
    ],
    [
      'no winner in round 1, the second attack beat its time',
      round(0, 400.2),
      round(ALLIES, 300, 400),
      ALLIES,
    ],
    ['no winner and no time: unclear', round(ALLIES, null), round(0, null, 400), 'unclear'],
    ['no times, but winners', round(ALLIES, null), round(AXIS, null, 400), AXIS],
  ]
  for (const [what, round1, round2, side] of cases) {
    const { score } = scoreMap(round1, round2)
    t.equal(score.kind === 'won' ? score.side : 'unclear', side, what)
  }
})

t.test('rule box-1 with an unknown defender: other winners, or the time to beat, tell', async t => {
  const unknown = (facts: RoundFacts): RoundFacts => ({ ...facts, defender_team: null })
  const score = (round1: RoundFacts, round2: RoundFacts) => scoreMap(unknown(round1), unknown(round2)).score
  t.strictSame(score(round(ALLIES, 400), round(AXIS, 400, 400)), { kind: 'won', side: AXIS })
  t.strictSame(
    score(round(ALLIES, 400), round(ALLIES, 300, 400)),
    { kind: 'won', side: ALLIES },
    'a time was set',
  )
  t.strictSame(score(round(AXIS, 719.3), round(AXIS, 719.3)), { kind: 'won', side: null }, 'no time was set')
  t.equal(score(round(ALLIES, 400, null), round(ALLIES, 300, null)).kind, 'unclear')
})

t.test('attack times are measured, or the time to beat; never a limit that was held', async t => {
  const [first, second] = scoreMap(round(ALLIES, null), round(AXIS, 401, 402)).attacks
  t.strictSame(first, { kind: 'completed', seconds: 402 }, 'an old header: the time to beat is the time')
  t.strictSame(second, { kind: 'held' })
  t.strictSame(scoreMap(round(ALLIES, 401.3), round(ALLIES, null, 402)).attacks, [
    { kind: 'completed', seconds: 401.3 },
    { kind: 'completed', seconds: null },
  ])
})

t.test('an attack that was given up shows when, and counts as held', t => {
  const [held, over] = [round(AXIS, 720), { ...round(AXIS, 594), outcome: 'surrendered' as const }]
  t.strictSame(scoreMap(over, { ...held, outcome: 'held' }), {
    attacks: [{ kind: 'surrendered', seconds: 594 }, { kind: 'held' }],
    score: { kind: 'won', side: null },
  })
  t.strictSame(scoreMap(over, round(ALLIES, 300)).score, { kind: 'won', side: ALLIES })
  t.strictSame(
    scoreMap(round(ALLIES, 300), { ...over, time_limit_seconds: 300 }).score,
    { kind: 'won', side: AXIS },
    'in round 2 as well',
  )
  // The defenders may give up too: then the attack came through.
  const won = { ...round(ALLIES, 200), outcome: 'surrendered' as const }
  t.strictSame(scoreMap(won, round(AXIS, 200, 720)).attacks[0], { kind: 'completed', seconds: 200 })
  t.end()
})

t.test('headers without a winner: the outcome tells, where it is known', t => {
  const facts = (outcome: RoundFacts['outcome'], seconds: number | null): RoundFacts => ({
    ...round(0, seconds),
    outcome,
  })
  const side = (first: RoundFacts, second: RoundFacts) => {
    const { score } = scoreMap(first, second)
    return score.kind === 'won' ? score.side : 'unclear'
  }
  t.equal(side(facts('completed', 400), facts('completed', 300)), ALLIES, 'the shorter time')
  t.equal(side(facts('completed', 300), facts('surrendered', 200)), AXIS)
  t.equal(side(facts('surrendered', 200), facts('completed', 300)), ALLIES)
  t.equal(side(facts('held', 720), facts('surrendered', 200)), null, 'neither came through')
  t.equal(side(facts('completed', null), facts('completed', null)), 'unclear', 'which was faster?')
  t.end()
})

let roundId = 0
function sided(roundNumber: 1 | 2, axis: string, allies: string, matchId = roundId): SidedRound {
  roundId += 1
  return { roundId, roundNumber, matchId, axis: [...axis], allies: [...allies] }
}

/** Which team was on Axis, round by round and match by match. */
function axisTeams(...rounds: SidedRound[]): string[] {
  return assignTeams(rounds).map(({ axisTeam }) => [...axisTeam.values()].map(team => team ?? '?').join(''))
}

t.test('teams are followed across the swaps of sides', async t => {
  t.strictSame(
    axisTeams(
      sided(1, 'abc', 'xyz', 1),
      sided(2, 'xyz', 'abc', 1),
      sided(1, 'xyz', 'abc', 2),
      sided(2, 'abc', 'xyz', 2),
    ),
    ['ABBA'],
  )
  t.strictSame(axisTeams(), [], 'no rounds, no teams')
  t.strictSame(axisTeams(sided(1, 'abc', '')), [], 'nor with nobody to play against')
  t.strictSame(
    axisTeams(sided(2, 'xyz', 'abc', 7), sided(1, 'abc', 'xyz', 8)),
    ['BA'],
    'the first round 1 names them',
  )
})

t.test('who comes joins the side he plays on, who leaves stays in the roster', async t => {
  const rounds = [
    sided(1, 'abc', 'xyz', 1),
    sided(2, 'xyz', 'abd', 1),
    sided(1, 'abd', 'xyw', 2),
    sided(2, 'xw', 'adc', 2),
    sided(1, 'abcdef', 'xyzwuv', 3),
  ]
  t.strictSame(axisTeams(...rounds), ['ABABA'])
  const [stretch] = assignTeams(rounds)
  t.strictSame(
    stretch?.appearances.get('d')?.map(({ team }) => team),
    ['A', 'A', 'A', 'A'],
  )
  t.equal(stretch?.lowestShare, 2 / 3)
})

t.test('a reshuffle begins another match, but not in the middle of a map', async t => {
  t.strictSame(
    axisTeams(
      sided(1, 'abc', 'xyz', 1),
      sided(2, 'xyz', 'abc', 1),
      sided(1, 'axm', 'byn', 2),
      sided(2, 'byn', 'axm', 2),
    ),
    ['AB', 'AB'],
  )
  t.strictSame(
    axisTeams(sided(1, 'ab', 'xy', 1), sided(1, 'ax', 'by', 2)),
    ['A', 'A'],
    'half and half is neither',
  )
  t.strictSame(axisTeams(sided(1, 'abc', 'xyz', 1), sided(2, 'mno', 'pqr', 1)), ['A?'])
  t.strictSame(
    axisTeams(sided(1, 'a', 'x', 1), sided(1, 'a', 'z', 2)),
    ['A', 'A'],
    'another opponent, another match',
  )
})

t.test('one who changes sides plays for the other team from then on', async t => {
  const rounds = [sided(1, 'abcd', 'xyz', 1), sided(1, 'abc', 'xyzd', 2), sided(2, 'xyzd', 'abc', 2)]
  t.strictSame(axisTeams(...rounds), ['AAB'])
  t.strictSame(
    assignTeams(rounds)[0]
      ?.appearances.get('d')
      ?.map(({ team }) => team),
    ['A', 'B', 'B'],
  )
})
