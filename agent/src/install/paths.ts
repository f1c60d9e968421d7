export const ENV_FILE = '/etc/debrief-agent/agent.env'
export const UNIT_NAME = 'debrief-agent.service'
export const UNIT_FILE = `/etc/systemd/system/${UNIT_NAME}`
/** What `systemctl enable` makes of WantedBy=multi-user.target. */
export const ENABLED_LINK = `/etc/systemd/system/multi-user.target.wants/${UNIT_NAME}`
export const PROGRAM_FILE = '/usr/local/lib/debrief-agent/debrief-agent.cjs'
/** What a person types. */
export const COMMAND_FILE = '/usr/local/bin/debrief-agent'
export const STATE_DIR = '/var/lib/debrief-agent'
/** Where the folders of DynamicUser really lie. */
export const PRIVATE_STATE_DIR = '/var/lib/private/debrief-agent'
