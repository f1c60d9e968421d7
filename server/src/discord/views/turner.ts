import type { BotContext } from '../bot-context.ts'
import type { PostContent } from '../posts/post-content.ts'

/** Buttons below one kind of message, which turn it over in place. All that a press means stands in the `custom_id`. */
export interface Turner {
  /** What their ids begin with. */
  prefix: string
  /** `rest`: what follows. Null: not one of ours after all. */
  turn(context: BotContext, rest: string): Promise<PostContent | null>
}
