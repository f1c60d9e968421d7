import { escapeMarkdown } from '../../cards/escape-markdown.ts'
import { loadRivals, type Rival } from '../../report/players/rivals.ts'
import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'
import { COLOURS, cardEmbeds, listBlock } from './player-card.ts'
import { namesNow } from './player-lookup.ts'

const SHOWN = 5

/** Whom he beats, and who beats him, over all time. */
export async function rivalsContent(
  { db, publicUrl }: Pick<BotContext, 'db' | 'publicUrl'>,
  { guid, name }: { guid: string; name: string },
): Promise<PostContent> {
  // Of the rounds that are games between people, and which those are the sums tell.
  const { nameOf } = await namesNow(db)
  const duels = await loadRivals(db, guid)
  if (duels.length === 0) {
    return {
      content: `No duels of **${escapeMarkdown(name)}** are known: only the files of awards (\`-endstats.txt\`) tell of them.`,
    }
  }
  const line = ({ guid, kills, deaths }: Rival) =>
    `**${escapeMarkdown(nameOf(guid).name)}** ${kills} : ${deaths}`
  const by = (value: (duels: Rival) => number) =>
    duels.toSorted((a, b) => value(b) - value(a)).slice(0, SHOWN)
  const card = {
    title: `🎯 Rivals of ${escapeMarkdown(name)}`.slice(0, 250),
    url: publicUrl === null ? null : `${publicUrl}/players/${encodeURIComponent(guid)}`,
    color: COLOURS.red,
    footer: `Kills : deaths against ${duels.length}, of the rounds with a file of awards`,
    blocks: [
      ...listBlock(
        'Favourite victims',
        by(({ kills }) => kills)
          .filter(({ kills }) => kills > 0)
          .map(line),
      ),
      ...listBlock(
        'Nemeses',
        by(({ deaths }) => deaths)
          .filter(({ deaths }) => deaths > 0)
          .map(line),
      ),
      ...listBlock(
        'Most even',
        by(evenness)
          .filter(duels => evenness(duels) > 0)
          .map(line),
      ),
    ],
  }
  return { embeds: cardEmbeds(card) }
}

/** Many duels, as many won as lost. */
function evenness({ kills, deaths }: Rival): number {
  return Math.min(kills, deaths)
}
