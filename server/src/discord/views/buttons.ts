import { boardButtons } from '../players/board-content.ts'
import { teamButtons } from '../players/teams-content.ts'
import type { Turner } from './turner.ts'

/** Beside the buttons of a session's views, which are older. */
export const BUTTONS: readonly Turner[] = [boardButtons, teamButtons]
