import { quote, quotePath } from './quote.ts'
import { sandboxLines } from './sandbox-lines.ts'
import type { Line, UnitSettings } from './unit-settings.ts'

/** The unit file, with the reason for each line as a comment above it. The token is in the environment file alone. */
export function systemdUnit(settings: UnitSettings): string {
  return `${sections(settings)
    .map(({ title, lines }) =>
      [`[${title}]`, ...lines.flatMap(({ text, why }) => [`# ${why}`, text])].join('\n'),
    )
    .join('\n\n')}\n`
}

function sections(settings: UnitSettings): { title: string; lines: Line[] }[] {
  return [
    {
      title: 'Unit',
      lines: [
        {
          text: 'Description=Debrief agent: carries the game’s stats files to the stats server',
          why: 'What `systemctl status` calls it.',
        },
        { text: 'Documentation=man:systemd.exec(5)', why: 'What the lines below mean.' },
        {
          text: 'Wants=network-online.target\nAfter=network-online.target',
          why: 'No hurry before there is a network; without one it starts all the same and waits.',
        },
        {
          text: 'StartLimitIntervalSec=0',
          why: 'Never give up starting it: nothing but the folder is its memory.',
        },
      ],
    },
    {
      title: 'Service',
      lines: [
        ...processLines(settings),
        ...identityLines(settings),
        ...sandboxLines(settings),
        ...limitLines(),
      ],
    },
    { title: 'Install', lines: [{ text: 'WantedBy=multi-user.target', why: 'Starts with the machine.' }] },
  ]
}

function processLines({ nodePath, programPath, envFile, credentials, isLinked }: UnitSettings): Line[] {
  return [
    {
      text: 'Type=notify',
      why: 'The agent says itself when it is ready and how it is (`systemctl status`).',
    },
    { text: 'NotifyAccess=all', why: 'It speaks through systemd-notify, which is another process.' },
    {
      text: `ExecStart=${quote(nodePath)} ${quote(programPath)} run${isLinked ? ' --linked' : ''}`,
      why: isLinked
        ? 'Node itself. The folder’s path holds a link, which is followed at a start alone: so it starts anew after half an hour without a file.'
        : 'Node itself, no wrapper between: signals and exit codes arrive.',
    },
    {
      text: `EnvironmentFile=${quotePath(envFile)}`,
      why: 'The settings, and the token; readable by root only.',
    },
    ...credentials.map(({ id, path }) => ({
      text: `LoadCredential=${id}:${quotePath(path)}`,
      why: 'A file of the settings: root reads it, and only this service sees the copy.',
    })),
    {
      text: 'SyslogIdentifier=debrief-agent',
      why: 'Its name in the journal, which would say `node`.',
    },
    {
      text: 'Environment=NODE_OPTIONS=--max-semi-space-size=1',
      why: 'A small young generation: less memory for a process that is idle all day.',
    },
    {
      text: 'WatchdogSec=180',
      why: 'It reports twice in this time; if it hangs, it is ended and started anew.',
    },
    {
      text: 'TimeoutStopSec=10\nKillMode=mixed',
      why: 'It ends within 5 seconds, and is told alone: what it has just started to tell systemd may finish.',
    },
    { text: 'Restart=always\nRestartSec=5', why: 'Whatever happens, it comes back.' },
    {
      text: 'RestartForceExitStatus=75\nSuccessExitStatus=75',
      why: 'It ends so on purpose, to read the settings or to look for the folder anew: no failure.',
    },
    {
      text: 'RestartPreventExitStatus=2',
      why: 'Wrong settings do not become right by starting again; the log names them.',
    },
  ]
}

function identityLines({ access }: UnitSettings): Line[] {
  const user: Line[] = {
    anyone: () => [
      {
        text: 'DynamicUser=yes',
        why: 'A user of its own that exists only while it runs: everybody may read the folder.',
      },
    ],
    group: (name: string) => [
      { text: 'DynamicUser=yes', why: 'A user of its own that exists only while it runs.' },
      { text: `SupplementaryGroups=${name}`, why: 'The group that may read the folder.' },
    ],
    user: (name: string) => [{ text: `User=${name}`, why: 'Only this user may read the folder.' }],
  }[access.kind](access.kind === 'group' ? access.group : access.kind === 'user' ? access.user : '')
  return [
    ...user,
    {
      text: 'StateDirectory=debrief-agent\nStateDirectoryMode=0700',
      why: 'The one place where it may write: notes for `status` and `explain`.',
    },
    { text: 'UMask=0077', why: 'What it writes is its own.' },
  ]
}

function limitLines(): Line[] {
  return [
    {
      text: 'Nice=10\nCPUWeight=10\nIOWeight=10\nIOSchedulingClass=idle',
      why: 'The game goes first, always: for the processor and the disk.',
    },
    {
      text: 'CPUQuota=50%',
      why: 'Never more than half of one core, not even with a history of years to send.',
    },
    {
      text: 'MemoryHigh=256M\nMemoryMax=512M\nMemorySwapMax=0',
      why: 'It uses about 100 MB; a folder with a hundred thousand files takes 350.',
    },
    {
      text: 'TasksMax=64\nLimitNOFILE=1024\nLimitCORE=0',
      why: 'A dozen threads, a few files, no memory dumps (they would hold the token).',
    },
  ]
}
