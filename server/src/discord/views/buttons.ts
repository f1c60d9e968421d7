import type { BotDeps } from '../bot-deps.ts'
import { boardButtons } from '../players/board-content.ts'
import { teamButtons } from '../players/teams-content.ts'
import type { PostContent } from '../posts/post-content.ts'

/** Buttons below one kind of message, which turn it over in place. All that a press means stands in the `custom_id`. */
export interface Turner {
  /** What their ids begin with. */
  prefix: string
  /** `rest`: what follows. Null: not one of ours after all. */
  turn(deps: BotDeps, rest: string): Promise<PostContent | null>
}

/** Beside the buttons of a session's views, which are older. */
export const BUTTONS: readonly Turner[] = [boardButtons, teamButtons]
