interface TrialPaths {
  program: string
  envFile: string
  /** What `look` finds goes there. */
  findings: string
}

/** What a look needs none of, or must not touch: the service's notes, its restarts, its watchdog. */
const LEFT_OUT =
  /^(Type|NotifyAccess|WatchdogSec|Restart|RestartSec|RestartForceExitStatus|RestartPreventExitStatus|SuccessExitStatus|StateDirectory|StateDirectoryMode|WantedBy|StandardOutput|StandardError|SyslogIdentifier|EnvironmentFile|CPUQuota|Nice)=/

/** A unit made from the agent's own (also from what `systemctl cat` shows, drop-ins included) that looks once and ends. */
export function trialUnit(unit: string, { program, envFile, findings }: TrialPaths): string {
  const lines = unit.split('\n').flatMap(line => {
    if (line.startsWith('#') || line.trim() === '' || line === '[Install]' || LEFT_OUT.test(line)) return []
    // Node stays, as the unit names it; the program is the one that asks.
    const start = /^ExecStart=("(?:[^"\\]|\\.)*"|\S+)\s/.exec(line)
    return start ? [`ExecStart=${start[1]} ${program} look`] : [line]
  })
  return [
    ...lines,
    '[Service]',
    'Type=oneshot',
    'TimeoutStartSec=60',
    `EnvironmentFile=${envFile}`,
    `StandardOutput=file:${findings}`,
    'StandardError=journal',
    '',
  ].join('\n')
}
