import { DatabaseFault } from '../../db/database-fault.ts'
import type { Outcome } from '../../outbox/drain.ts'
import type { OutboxEvent } from '../../outbox/events.ts'
import type { WaitingEvent } from '../../outbox/next-event.ts'
import type { BotDeps } from '../bot-deps.ts'
import { explainFault } from '../rest/explain-fault.ts'
import { tellAgentSilent, tellRejectedFile } from './tell-alerts.ts'
import { tellRound, tellRoundChanged, tellRoundRemoved } from './tell-round.ts'
import { tellVoiceEnded } from './tell-voice-ended.ts'

/** Makes Discord show what an event says. The one place that decides what a failure means for the events after it. */
export async function tellEvent(
  deps: BotDeps,
  event: OutboxEvent,
  waiting: Pick<WaitingEvent, 'createdAt'>,
): Promise<Outcome> {
  try {
    await tell(deps, event, waiting)
    return { kind: 'done' }
  } catch (error) {
    if (error instanceof DatabaseFault) throw error
    const { kind, sentence } = explainFault(error)
    switch (kind) {
      case 'invalid':
      case 'bug':
        deps.log.error({ err: error, about: event.subject }, `An event cannot be told: ${sentence}`)
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
}

function tell(
  deps: BotDeps,
  event: OutboxEvent,
  { createdAt }: Pick<WaitingEvent, 'createdAt'>,
): Promise<void> {
  switch (event.kind) {
    case 'round_imported':
      return tellRound(deps, event.payload.roundId, createdAt)
    case 'round_changed':
      return tellRoundChanged(deps, event.payload.roundId)
    case 'round_removed':
      return tellRoundRemoved(deps, event.payload.roundId)
    case 'voice_ended':
      return tellVoiceEnded(deps, event.payload.voiceSessionId)
    case 'file_rejected':
      return tellRejectedFile(deps, event.payload.fileId)
    case 'agent_silent':
      return tellAgentSilent(deps, event)
  }
}

function isAlert({ kind }: OutboxEvent): boolean {
  return kind === 'file_rejected' || kind === 'agent_silent'
}
