export const ENV_FILE = '/etc/debrief-agent/agent.env'
export const UNIT_NAME = 'debrief-agent.service'
export const UNIT_FILE = `/etc/systemd/system/${UNIT_NAME}`
export const PROGRAM_FILE = '/usr/local/lib/debrief-agent/debrief-agent.cjs'
export const STATE_DIR = '/var/lib/debrief-agent'
/** Where the folders of DynamicUser really lie. */
export const PRIVATE_STATE_DIR = '/var/lib/private/debrief-agent'
