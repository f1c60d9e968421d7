/** Where a server hands out the agent of its own version. */
export const AGENT_ROUTES = {
  page: '/agent',
  file: '/agent/debrief-agent.cjs',
  /** `<hex>  debrief-agent.cjs`, as `sha256sum -c` reads it. */
  sha256: '/agent/sha256',
} as const

export const AGENT_FILE_NAME = 'debrief-agent.cjs'

/** A line for a shell: fetches the agent into the folder where one stands, and says whether it arrived as it is. */
export function agentDownloadLine(serverUrl: string, sha256: string): string {
  const url = shellWord(`${withoutSlash(serverUrl)}${AGENT_ROUTES.file}`)
  const fetch = `{ curl -fsSLO ${url} || wget -qO ${AGENT_FILE_NAME} ${url}; }`
  return `${fetch} && echo "${sha256}  ${AGENT_FILE_NAME}" | sha256sum -c`
}

/** The line after it: installs, or updates what is installed. It asks for the token, which is no argument. */
export function agentInstallLine(serverUrl: string): string {
  return `sudo node ${AGENT_FILE_NAME} install --server ${shellWord(withoutSlash(serverUrl))}`
}

/** One line that brings an installed agent to the version of its server; its settings and notes stay. */
export function agentUpdateLine(serverUrl: string): string {
  const [file, sum] = [AGENT_ROUTES.file, AGENT_ROUTES.sha256].map(path =>
    shellWord(`${withoutSlash(serverUrl)}${path}`),
  )
  return (
    `{ curl -fsSLO ${file} || wget -qO ${AGENT_FILE_NAME} ${file}; } && ` +
    `{ curl -fsSL ${sum} || wget -qO- ${sum}; } | sha256sum -c && sudo node ${AGENT_FILE_NAME} install`
  )
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** Quoted, if a shell would read anything into it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
