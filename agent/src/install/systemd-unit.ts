export interface UnitSettings {
  /** The node program, and what it is to run; absolute. */
  nodePath: string
  programPath: string
  /** The folder to be read; null in pure SSH mode. */
  gamestatsDir: string | null
  /** Other files that the agent must read: CA_CERT, SSH_KEY. */
  readFiles: string[]
  envFile: string
  /** Of `HIDDEN_FOLDERS`, those that this host has: one cannot be hidden where it is not. */
  hiddenFolders: string[]
  /** How the folder may be read. */
  access: FolderAccess
}

export type FolderAccess =
  /** Everybody may, so a user that exists only while the service runs will do. */
  | { kind: 'anyone' }
  /** Its group may: the passing user joins that group. */
  | { kind: 'group'; group: string }
  /** Only this user may. */
  | { kind: 'user'; user: string }

/** Where people keep what is not the system's: shown empty, but for what the agent needs. */
export const HIDDEN_FOLDERS = ['/srv', '/opt', '/mnt', '/media']

interface Line {
  text: string
  why: string
}

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

function processLines({ nodePath, programPath, envFile }: UnitSettings): Line[] {
  return [
    {
      text: 'Type=notify',
      why: 'The agent says itself when it is ready and how it is (`systemctl status`).',
    },
    { text: 'NotifyAccess=all', why: 'It speaks through systemd-notify, which is another process.' },
    {
      text: `ExecStart=${quote(nodePath)} ${quote(programPath)} run`,
      why: 'Node itself, no wrapper between: signals and exit codes arrive.',
    },
    {
      text: `EnvironmentFile=${quotePath(envFile)}`,
      why: 'The settings, and the token; readable by root only.',
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
      text: 'TimeoutStopSec=10',
      why: 'It ends within 5 seconds; what was under way is sent after the next start.',
    },
    { text: 'Restart=always\nRestartSec=5', why: 'Whatever happens, it comes back.' },
    {
      text: 'RestartForceExitStatus=75',
      why: 'It ends so on purpose, to read the settings or to look for the folder anew.',
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

function sandboxLines({
  hiddenFolders,
  gamestatsDir,
  nodePath,
  programPath,
  readFiles,
}: UnitSettings): Line[] {
  const hidden = ['/home/', '/root/', '/run/user/', ...hiddenFolders.map(folder => `${folder}/`)]
  const needed = [nodePath, programPath, ...readFiles].filter(path =>
    hidden.some(root => path.startsWith(root)),
  )
  return [
    { text: 'ProtectSystem=strict', why: 'The whole system is read-only for it.' },
    { text: 'ProtectHome=tmpfs', why: 'Home folders look empty,' },
    ...(hiddenFolders.length > 0
      ? [
          {
            text: `TemporaryFileSystem=${hiddenFolders.map(folder => `${folder}:ro`).join(' ')}`,
            why: 'and so does what else people keep on a host,',
          },
        ]
      : []),
    {
      text: 'InaccessiblePaths=-/boot -/var/log -/var/mail -/var/spool -/var/backups -/var/www',
      why: 'and this is none of its business;',
    },
    ...(gamestatsDir
      ? [
          {
            text: `BindReadOnlyPaths=${quoteBind(`-${gamestatsDir}`)}`,
            why: 'only the gamestats folder is shown, to be read and never written (it may come later).',
          },
        ]
      : []),
    ...needed.map(path => ({
      text: `BindReadOnlyPaths=${quoteBind(path)}`,
      why: 'It needs this file, which lies in a hidden folder.',
    })),
    {
      text: 'PrivateTmp=yes\nPrivateDevices=yes\nPrivateUsers=yes\nPrivateIPC=yes',
      why: 'Its own /tmp, no devices, no other users, no shared memory.',
    },
    { text: 'DevicePolicy=closed', why: 'No device at all, not even by number.' },
    { text: 'ProtectProc=invisible\nProcSubset=pid', why: 'It sees no other process.' },
    {
      text: 'ProtectClock=yes\nProtectHostname=yes\nProtectKernelLogs=yes\nProtectKernelModules=yes\nProtectKernelTunables=yes\nProtectControlGroups=yes',
      why: 'It changes nothing about the machine.',
    },
    {
      text: 'NoNewPrivileges=yes\nCapabilityBoundingSet=\nAmbientCapabilities=',
      why: 'No rights beyond those of an ordinary user, and no way to get any.',
    },
    {
      text: 'RestrictSUIDSGID=yes\nRestrictNamespaces=yes\nRestrictRealtime=yes\nLockPersonality=yes\nRemoveIPC=yes\nKeyringMode=private',
      why: 'Nor any of the usual detours.',
    },
    {
      text: 'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
      why: 'The internet, systemd, and the list of network addresses; nothing else.',
    },
    {
      text: 'SystemCallArchitectures=native\nSystemCallFilter=@system-service\nSystemCallFilter=~@privileged @resources\nSystemCallErrorNumber=EPERM',
      why: 'What a plain service needs of the kernel. (MemoryDenyWriteExecute is not here: it crashes Node.)',
    },
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
    { text: 'MemoryHigh=160M\nMemoryMax=256M\nMemorySwapMax=0', why: 'It uses about 80 MB.' },
    {
      text: 'TasksMax=64\nLimitNOFILE=1024\nLimitCORE=0',
      why: 'A dozen threads, a few files, no memory dumps (they would hold the token).',
    },
  ]
}

/** For ExecStart=: quotes where a blank or a quote is, %% for %, $$ for $. */
function quote(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /[\s"'\\;]/.test(text) ? `"${escaped}"` : escaped
}

/** EnvironmentFile= takes the rest of the line as it is. */
function quotePath(path: string): string {
  return path.replaceAll('%', '%%')
}

/** BindReadOnlyPaths= splits at blanks and colons. */
function quoteBind(path: string): string {
  const escaped = path.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll(':', '\\:')
  return /[\s"'\\]/.test(path) ? `"${escaped}"` : escaped
}
