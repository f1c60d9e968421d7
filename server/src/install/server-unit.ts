export interface UnitPlace {
  /** The clone. */
  folder: string
  nodePath: string
  user: string
  envFile: string
  /** Below 1024 an account needs a right for it. */
  port: number
}

/** The systemd unit of the server. docs/ops/debrief.service is what this gives for a clone in /opt/debrief. */
export function serverUnit({ folder, nodePath, user, envFile, port }: UnitPlace): string {
  const isAtHome = [folder, nodePath].some(path => /^\/(home|root)\//.test(path))
  return `# Debrief's server as a service. \`debrief install\` writes this; what you change belongs into a drop-in:
#   systemctl edit debrief
[Unit]
Description=Debrief, the after-action report for ET: Legacy
After=network-online.target
Wants=network-online.target

[Service]
User=${user}
WorkingDirectory=${escaped(folder)}
# Tokens are in it: only root may read it, and systemd hands it over.
EnvironmentFile=${escaped(envFile)}
Environment=DATA_DIR=/var/lib/debrief LOG_DIR=/var/log/debrief
ExecStart=${quoted(nodePath)} server/bin/run.mjs start
Restart=always
RestartSec=2
# It answers what is under way, and ends the embedded database in order; DRAIN_SECONDS before that.
TimeoutStopSec=75
StateDirectory=debrief
StateDirectoryMode=0750
LogsDirectory=debrief
LogsDirectoryMode=0750
${port < 1024 ? '# A port below 1024.\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n' : ''}# What it never needs.
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=${isAtHome ? 'read-only' : 'yes'}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
`
}

function escaped(path: string): string {
  return path.replaceAll('%', '%%')
}

/** For ExecStart=. */
function quoted(path: string): string {
  const text = escaped(path).replace(/[\\"]/g, '\\$&').replaceAll('$', '$$$$')
  return /[\s"'\\;]/.test(text) ? `"${text}"` : text
}
