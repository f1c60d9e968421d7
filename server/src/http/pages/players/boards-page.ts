import { plural } from '../../../report/forms.ts'
import { BOARDS } from '../../../report/players/boards.ts'
import { ALL_BOARDS, type leaderboard } from '../../player-models.ts'
import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { choices, jsonFoot, PERIODS, plainTable, playerLink } from './parts.ts'

type Shown = Awaited<ReturnType<typeof leaderboard>>

/** Shown of a long board; all of it is in the JSON. */
export const MOST_SHOWN = 100

/** A leaderboard. `word`: the period as it was asked for. */
export function boardPage(board: Shown, word: string): Page {
  const { by, title, rule, bar, belowBar, entries, period } = board
  const titleOf = (key: string) => BOARDS.find(each => each.by === key)?.title ?? 'Rating'
  return {
    title: `${title} · Debrief`,
    description: `Leaderboard: ${rule}.`,
    current: 'boards',
    main: html`<div class="hero"><h1>${title}</h1><p>${rule}${bar !== null && `; ${bar}`}.${by !== 'rating' && period !== 'all' && ` Period: ${period}.`}</p></div>
${choices(
  'Leaderboards',
  ALL_BOARDS.map(key => ({
    href: `/leaderboards/${key}?period=${word}`,
    text: titleOf(key),
    isHere: key === by,
  })),
)}
${
  by !== 'rating' &&
  choices(
    'Periods',
    PERIODS.map(([key, text]) => ({ href: `/leaderboards/${by}?period=${key}`, text, isHere: key === word })),
  )
}
${
  entries.length === 0
    ? html`<div class="panel empty"><p>Nobody is on this board yet.</p></div>`
    : plainTable(
        title,
        ['Player', 'Place', title, by === 'rating' ? 'Maps' : 'Rounds'],
        entries.map(entry => [playerLink(entry), entry.rank, entry.figure, entry.rounds]),
      )
}
${belowBar > 0 && html`<p class="quiet">${plural(belowBar, 'player')} below the bar.</p>`}
${jsonFoot(`/leaderboards/${by}?period=${word}`)}`,
  }
}
