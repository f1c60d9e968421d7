import { agentUpdateLine, printable, printableJson } from '@debrief/shared'
import type { Command } from 'commander'
import { type AgentStatus, isRunning, readStatus } from '../report/status-file.ts'
import { isOlder } from '../version.ts'
import { readSettings, stateDirOf } from './read-settings.ts'

/** The exit code says it to scripts: 0 all is well, 1 something waits in vain or the agent does not run. */
export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('what the running agent is doing: connection, last upload, files that wait and why')
    .option('--json', 'for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const dir = stateDirOf(readSettings(program.opts()))
      const status = await readStatusOrThrow(dir)
      if (!status) {
        process.stdout.write(json ? 'null\n' : `No agent has run with the state folder ${dir} (STATE_DIR).\n`)
        process.exitCode = 1
        return
      }
      const running = isRunning(status)
      process.stdout.write(
        json
          ? `${printableJson(JSON.stringify({ running, ...status }, null, 2))}\n`
          : statusText(status, running),
      )
      const isWell = running && !status.serverProblem && status.sources.every(source => !source.problem)
      process.exitCode = isWell ? 0 : 1
    })
}

export async function readStatusOrThrow(dir: string): Promise<AgentStatus | null> {
  try {
    return await readStatus(dir)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const sentence = `The notes of the agent in ${dir} can be read by root only (${reason}). Use sudo.`
    throw new Error(sentence, { cause: error })
  }
}

export function statusText(status: AgentStatus, running: boolean): string {
  const lines: string[] = []
  const state = running
    ? `runs since ${status.startedAt} (process ${status.pid})`
    : `DOES NOT RUN (last seen ${status.writtenAt})`
  lines.push(`agent     ${status.version}, ${state}`)
  const server = running ? (status.serverProblem ?? 'connected') : 'nobody is speaking to it'
  lines.push(`server    ${status.server}: ${server}`)
  if (status.serverVersion && isOlder(status.version, status.serverVersion)) {
    lines.push(
      `          It has version ${status.serverVersion}; this agent is older. To update it, paste this line:`,
    )
    lines.push(`          ${agentUpdateLine(status.server)}`)
  }
  if (status.tokenRefused) lines.push('          THE TOKEN IS REFUSED: put a valid one into the settings')
  const last = status.lastUpload
  lines.push(`uploaded  ${last ? `${last.name} at ${last.at} (${last.outcome})` : 'nothing since the start'}`)
  if (status.clockOffMs !== null && Math.abs(status.clockOffMs) > 60_000) {
    lines.push(`clock     ${Math.round(status.clockOffMs / 1000)} s away from the server's`)
  }
  for (const source of status.sources) {
    lines.push(
      `folder    ${source.place}: ${source.problem ?? `${source.files} stats files, ${source.delivered} delivered`}`,
    )
    if (source.skipped > 0) lines.push(`          ${source.skipped} other entries, left alone`)
    lines.push(
      `waiting   ${source.waitingCount}${source.oldestWaitingAt ? `, the oldest of ${source.oldestWaitingAt}` : ''}`,
    )
    for (const file of source.waiting.slice(0, 20)) {
      lines.push(`          ${file.name}: ${file.phase}${file.reason ? `, ${file.reason}` : ''}`)
    }
    if (source.waitingCount > 20) lines.push(`          + ${source.waitingCount - 20} more`)
    if (source.notTakenCount > 0) lines.push(`rejected  ${source.notTakenCount}`)
    for (const file of source.notTaken.slice(0, 20))
      lines.push(`          ${file.name}: ${file.code}: ${file.detail}`)
    if (source.notTakenCount > 20) lines.push(`          + ${source.notTakenCount - 20} more`)
  }
  // Names and reasons come from others.
  return lines.map(line => `${printable(line)}\n`).join('')
}
