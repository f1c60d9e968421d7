import { quoteBind } from './quote.ts'
import type { Line, UnitSettings } from './unit-settings.ts'

/** What the service may see and do: the folder, the network, and nothing else. */
export function sandboxLines({ hiddenFolders, gamestatsDir, nodePath, programPath }: UnitSettings): Line[] {
  const hidden = ['/home/', '/root/', '/run/user/', ...hiddenFolders.map(folder => `${folder}/`)]
  const needed = [nodePath, programPath].filter(path => hidden.some(root => path.startsWith(root)))
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
