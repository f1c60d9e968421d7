import { ButtonStyle, ComponentType } from 'discord.js'
import { z } from 'zod'
import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import { currentRatings } from '../../rating/rating-board.ts'
import { START_RATING } from '../../rating/replay.ts'
import { bestSplits, MOST_PEOPLE, type Person, splitCount } from '../../teams/best-splits.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import type { Turner } from '../views/turner.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { findPlayer, linkedPlayer, namesNow } from './player-lookup.ts'

/** Somebody who is to play: a player, or a Discord user who has not said which one he is. */
const drawnSchema = z.union([z.object({ guid: z.string() }), z.object({ user: z.string() })])
type Drawn = z.infer<typeof drawnSchema>

const BEST = 5

interface Seat extends Person {
  /** As it is shown: escaped. */
  label: string
  isRated: boolean
}

/** Two balanced sides of those named, or of everybody in voice; what hinders it, in a sentence. */
export async function drawTeams(
  context: BotContext,
  named: readonly string[],
  userId: string,
): Promise<PostContent> {
  const people = named.length > 0 ? await peopleNamed(context, named, userId) : await peopleInVoice(context)
  if ('sentence' in people) return { content: people.sentence }
  if (people.drawn.length < 2)
    return { content: 'Two sides need two people: name some, or join a voice channel.' }
  if (people.drawn.length > MOST_PEOPLE) {
    return {
      content: `${people.drawn.length} people are too many: at most ${MOST_PEOPLE}, ten a side, can be split.`,
    }
  }
  const { draw_id } = await context.db
    .insertInto('team_draws')
    .values({ people: JSON.stringify(people.drawn) })
    .returning('draw_id')
    .executeTakeFirstOrThrow()
  return teamsContent(context, draw_id, people.drawn, 0)
}

type People = { drawn: Drawn[] } | { sentence: string }

async function peopleNamed({ db }: BotContext, named: readonly string[], userId: string): Promise<People> {
  const drawn: Drawn[] = []
  for (const name of named) {
    const user = /^<@!?(\d{1,20})>$/.exec(name)?.[1]
    const found = await findPlayer(db, name, userId)
    if (found.kind === 'found') drawn.push({ guid: found.guid })
    // Who is mentioned and not linked plays all the same.
    else if (user) drawn.push({ user })
    else return { sentence: found.sentence }
  }
  return { drawn: eachOnce(drawn) }
}

async function peopleInVoice({ db, config, peopleInVoice: heard }: BotContext): Promise<People> {
  if (config.voiceChannelIds.length === 0) {
    return {
      sentence:
        'No voice channel is watched (`DISCORD_VOICE_CHANNEL_IDS`): name those who play, as `!teams a, b, c, d`.',
    }
  }
  const users = heard()
  if (users === null) return { sentence: 'Discord has not told yet who is in voice; try again in a moment.' }
  const drawn: Drawn[] = []
  for (const user of users.toSorted()) {
    const guid = await linkedPlayer(db, user)
    drawn.push(guid === null ? { user } : { guid })
  }
  return { drawn: eachOnce(drawn) }
}

function eachOnce(drawn: readonly Drawn[]): Drawn[] {
  return [...new Map(drawn.map(each => [JSON.stringify(each), each])).values()]
}

/** The split at `place` of the best, from 0; beyond them it begins anew. */
async function teamsContent(
  { db }: Pick<BotContext, 'db'>,
  drawId: number,
  drawn: readonly Drawn[],
  place: number,
): Promise<PostContent> {
  const ratings = await currentRatings(db)
  const { nameOf } = await namesNow(db)
  const seats = drawn.map((each): Seat => {
    const rating = 'guid' in each ? ratings.get(each.guid) : undefined
    // A mention in a card is shown as the name and calls nobody.
    const label = 'guid' in each ? `**${escapeMarkdown(nameOf(each.guid).name)}**` : `<@${each.user}>`
    const { mu, sigma } = rating ?? START_RATING
    return { mu, sigma, label, isRated: rating !== undefined }
  })
  const splits = bestSplits(seats, BEST)
  const at = place % Math.max(1, splits.length)
  const split = splits[at]
  if (!split) return { content: 'These people cannot be split into two sides.' }
  const unrated = seats.filter(({ isRated }) => !isRated).map(({ label }) => label)
  const side = (index: 0 | 1) =>
    split.sides[index]
      .toSorted((a, b) => b.mu - a.mu)
      .map(({ label, mu, isRated }) => `${label} ${isRated ? mu.toFixed(1) : '*'}`)
  const percent = (odds: number) => `${Math.round(100 * odds)}%`
  const start = `${START_RATING.mu.toFixed(0)} ± ${START_RATING.sigma.toFixed(1)}`
  const card = {
    title: '⚖️ Teams',
    url: null,
    color: COLOURS.green,
    footer: `Number ${at + 1} of the best ${splits.length}; ${splitCount(seats.length)} splits were compared · figures are mu of the rating`,
    blocks: [
      ...listBlock(`A, expected to win ${percent(split.odds[0])}`, side(0)),
      ...listBlock(`B, expected to win ${percent(split.odds[1])}`, side(1)),
      ...listBlock(
        null,
        unrated.length === 0
          ? []
          : [`\\* without a rating, taken for the start value (${start}): ${unrated.join(', ')}`],
      ),
    ],
  }
  const next = (at + 1) % Math.max(1, splits.length)
  const button = {
    type: ComponentType.Button as const,
    style: ButtonStyle.Primary as const,
    label: '🔀 Shuffle',
    custom_id: `${PREFIX}${drawId}:${next}`,
  }
  return {
    embeds: cardEmbeds(card),
    components: splits.length > 1 ? [{ type: ComponentType.ActionRow, components: [button] }] : [],
  }
}

const PREFIX = 'debrief:teams:'

export const teamButtons: Turner = {
  prefix: PREFIX,
  async turn(context, rest) {
    const [draw = '', place = '', ...more] = rest.split(':')
    if (!/^\d{1,15}$/.test(draw) || !/^\d$/.test(place) || more.length > 0) return null
    const row = await context.db
      .selectFrom('team_draws')
      .select('people')
      .where('draw_id', '=', Number(draw))
      .executeTakeFirst()
    if (!row) return { content: 'These teams are of long ago; ask for `!teams` again.' }
    return teamsContent(context, Number(draw), z.array(drawnSchema).parse(row.people), Number(place))
  },
}
