import { existsSync, statSync } from 'node:fs'
import { agentUpdateLine, type Finding, failed, ok, warning } from '@debrief/shared'
import { UNIT_FILE } from '../install/paths.ts'
import { systemctl } from '../install/run-in-sandbox.ts'
import { type AgentStatus, isRunning, readStatus, type SourceStatus } from '../report/status-file.ts'
import { isOlder, VERSION } from '../version.ts'

/** The agent that runs: is it there, what does it say of itself, is it the program that is installed? */
export async function checkService(stateDir: string): Promise<Finding[]> {
  const status = await readStatus(stateDir).catch(() => 'unreadable' as const)
  if (status === 'unreadable')
    return [
      warning(
        'service',
        `Only root may read the notes in ${stateDir}.`,
        'Use sudo: sudo debrief-agent doctor.',
      ),
    ]
  if (!status || !isRunning(status)) return [await notRunning()]
  return [toService(status), ...checkVersion(status)]
}

async function notRunning(): Promise<Finding> {
  const detail = 'No agent is running with these settings.'
  if (!existsSync(UNIT_FILE))
    return warning(
      'service',
      detail,
      'Install it (`sudo debrief-agent install`), or start it: `debrief-agent run`.',
    )
  const shown = await systemctl('show', 'debrief-agent', '--property=ActiveState,SubState,Result').catch(
    () => '',
  )
  const state = shown.trim().replace(/\n/g, ', ')
  return failed(
    'service',
    `The service is installed but does not run${state ? ` (${state})` : ''}.`,
    'Start it: sudo systemctl start debrief-agent. Why it ended: journalctl -u debrief-agent -n 20.',
  )
}

/** What the agent itself is troubled by goes before every guess from outside. */
function toService(status: AgentStatus): Finding {
  const waiting = status.sources.reduce((sum, source) => sum + source.waitingCount, 0)
  const place = status.sources.find(source => source.problem)?.problem
  const unread = status.sources.flatMap(source => source.waiting).find(file => file.phase === 'unread')
  const it = `It runs as process ${status.pid}, ${waiting} files wait`
  if (place)
    return failed(
      'service',
      `${it}. It says: ${place}`,
      'Run `sudo debrief-agent install` again: it finds who may read the folder now.',
    )
  if (unread) {
    return failed(
      'service',
      `${it}. It cannot read ${unread.name} (${unread.reason ?? 'no reason given'}).`,
      'The game writes its files with a mode that the service may not read. Run `sudo debrief-agent install` again.',
    )
  }
  const [other] = status.sources.filter(looksElsewhere)
  if (other) {
    return failed(
      'service',
      `${it}. It looks at another folder than the one that ${other.place} leads to now: a link was turned, or the folder made anew.`,
      'Start it anew: sudo systemctl restart debrief-agent.',
    )
  }
  if (status.serverProblem)
    return warning('service', `${it}. It says: ${status.serverProblem}`, 'See the lines on the server.')
  return ok('service', `${it}.`)
}

/** The service may see the folder through a view of its own, made when it started. */
function looksElsewhere({ kind, place, identity }: SourceStatus): boolean {
  if (kind !== 'agent' || identity === null) return false
  try {
    const { dev, ino } = statSync(place)
    return `${dev}:${ino}` !== identity
  } catch {
    // Not for this user's eyes, or gone: what the agent itself says of that is told elsewhere.
    return false
  }
}

function checkVersion(status: AgentStatus): Finding[] {
  if (status.version === VERSION) return []
  const advice = isOlder(status.version, VERSION)
    ? 'Bring the service to this version: sudo debrief-agent install.'
    : `This program is the older one: ${agentUpdateLine(status.server)}`
  return [warning('versions', `The service has version ${status.version}, this program ${VERSION}.`, advice)]
}
