import { DatabaseFault } from '../../db/database-fault.ts'
import type { Outcome } from '../../outbox/drain.ts'
import { isAlert, type OutboxEvent } from '../../outbox/events.ts'
import type { WaitingEvent } from '../../outbox/next-event.ts'
import type { BotContext } from '../bot-context.ts'
import { noteBug } from '../note-fault.ts'
import { DiscordFault } from '../rest/discord-fault.ts'
import { tellRejectedFile, tellSilentAgents } from './tell-alerts.ts'
import { tellRound, tellRoundChanged, tellRoundRemoved } from './tell-round.ts'
import { tellVoiceEnded } from './tell-voice-ended.ts'

type Waiting = Pick<WaitingEvent, 'createdAt'>

/**
 * Makes Discord show what an event says. The one place that decides what a failure means for the events after it: by
 * where it came from. A fault of the database is thrown: nothing can be said of any event without it.
 */
export async function tellEvent(context: BotContext, event: OutboxEvent, waiting: Waiting): Promise<Outcome> {
  try {
    await tell(context, event, waiting)
    return { kind: 'done' }
  } catch (error) {
    if (error instanceof DatabaseFault) throw error
    if (error instanceof DiscordFault) return judge(event, error)
    const reason = noteBug({ ...context, about: event.subject }, error, 'An event was not told')
    return { kind: 'set_aside', reason }
  }
}

function judge(event: OutboxEvent, { kind, sentence }: DiscordFault): Outcome {
  switch (kind) {
    case 'invalid':
      return { kind: 'set_aside', reason: sentence }
    case 'permissions':
    case 'channel':
      // The admin channel alone is no reason to hold back the rounds.
      return isAlert(event)
        ? { kind: 'set_aside', reason: sentence }
        : { kind: 'wait', reason: sentence, needsHelp: true }
    case 'token':
    case 'intents':
    case 'message':
    case 'away':
      return { kind: 'wait', reason: sentence, needsHelp: kind !== 'away' }
  }
}

function tell(context: BotContext, event: OutboxEvent, { createdAt }: Waiting): Promise<void> {
  switch (event.kind) {
    case 'round_imported':
      return tellRound(context, event.payload.roundId, createdAt)
    case 'round_changed':
      return tellRoundChanged(context, event.payload.roundId, createdAt)
    case 'round_removed':
      return tellRoundRemoved(context, event.payload.roundId)
    case 'voice_ended':
      return tellVoiceEnded(context, event.payload.voiceSessionId)
    case 'file_rejected':
      return tellRejectedFile(context, event.payload.fileId)
    case 'agents_silent':
      return tellSilentAgents(context, event.payload, createdAt)
    case 'agent_silent':
      return tellSilentAgents(context, { agents: [event.payload], count: 1 }, createdAt)
  }
}
