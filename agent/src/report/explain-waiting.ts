import type { Unanswered } from '../http/outcomes.ts'
import type { Explanation } from './explanation.ts'
import type { AgentStatus, WaitingFile } from './status-file.ts'

/** The story of a file that the server has not got, to its end. `status`: of the running agent; null if none runs. */
export function explainWaiting(
  status: AgentStatus | null,
  name: string,
  unanswered: Unanswered | null,
  story: string[],
): Explanation {
  const isRefused = unanswered?.kind === 'unauthorized'
  const problem =
    unanswered && `The server ${isRefused ? 'refuses the token' : 'cannot be reached'}: ${unanswered.reason}`
  const waiting = status?.sources.flatMap(source => source.waiting).find(file => file.name === name)
  const notTaken = status?.sources.flatMap(source => source.notTaken).find(file => file.name === name)
  if (!problem && notTaken) {
    const lines = [...story, `The server would not take it: ${notTaken.code}: ${notTaken.detail}`]
    return {
      verdict: 'rejected',
      lines,
      advice: 'The same bytes are not sent again before the agent is started anew.',
    }
  }
  if (!problem && waiting?.phase === 'growing') {
    const lines = [...story, 'The running agent waits until it has stopped growing.']
    return { verdict: 'growing', lines, advice: null }
  }
  story.push(problem ?? 'The server does not have it yet.')
  if (waiting) {
    const tries =
      waiting.attempts > 0 ? `; ${waiting.attempts} ${waiting.attempts === 1 ? 'try' : 'tries'} so far` : ''
    story.push(
      `The running agent has it on its list (${waiting.phase}${tries}).${waiting.reason ? ` ${waiting.reason}` : ''}`,
    )
  }
  if (!status) {
    return {
      verdict: 'waiting',
      lines: [...story, 'No agent is running here.'],
      advice: 'Start it: systemctl start debrief-agent (or `debrief-agent run`).',
    }
  }
  return {
    verdict: 'waiting',
    lines: story,
    advice: adviceFor(unanswered, status, waiting),
  }
}

function adviceFor(
  unanswered: Unanswered | null,
  { sources }: AgentStatus,
  waiting: WaitingFile | undefined,
): string | null {
  if (unanswered?.kind === 'unauthorized')
    return 'Nothing is lost: it is sent once a valid token is in the settings (`debrief token create` on the server makes one).'
  if (unanswered)
    return 'Nothing is lost: it is sent when the server is back. `debrief-agent doctor` looks for the cause.'
  if (waiting?.phase === 'unread')
    return 'The agent may not read it: `sudo debrief-agent install` again finds out who may.'
  // The list holds the first of those that wait: only where it is whole does it tell that one is not seen.
  const isWhole = sources.every(source => source.waitingCount === source.waiting.length)
  if (waiting || !isWhole) return null
  return 'The running agent does not see it. If that stays so for a minute, it looks at another folder than this one: sudo systemctl restart debrief-agent.'
}
