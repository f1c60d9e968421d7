import { AGENT_ROUTES, agentDownloadLine, agentInstallLine } from '@debrief/shared'
import { type Html, html } from '../pages/html.ts'
import type { Page } from '../pages/layout.ts'

interface AgentPageFacts {
  /** Where the game server reaches us; null: not known. */
  origin: string | null
  /** Of the file that is handed out; null: there is none. */
  sha256: string | null
  /** PUBLIC_URL says what `origin` is; else it is the address of this request. */
  isPublic: boolean
}

/** From nothing to a delivered file on a game server, in the order in which it is done. */
export function agentPage({ origin, sha256, isPublic }: AgentPageFacts): Page {
  const server = origin ?? 'https://stats.example.org'
  return {
    title: 'Agent · Debrief',
    description: 'Install the agent that brings the rounds of an ET: Legacy game server here.',
    main: html`<div class="hero"><h1>Put the agent on a game server</h1>
<p>It reads the stats files that the game writes after each round and brings them here within a second. It only reads, and needs about two minutes to install.</p></div>
${
  !isPublic &&
  html`<p class="notice">This server does not know its own public address. The lines below use the one of this page${origin === null ? ' as an example' : ''}; game servers elsewhere need the one that they can reach. Its admin sets <code>PUBLIC_URL</code>.</p>`
}
<h2>1. A token</h2>
<p>Ask the admin of this server for one, or, if that is you, make it here on the server. Each game server has its own:</p>
${command('pnpm exec debrief token create <game server> --timezone <its zone, such as Europe/Paris>')}
<h2>2. Node 20 or newer, on the game server</h2>
${command('node --version')}
<p>Debian 12 has 18, which is too old. A newer one: <a href="https://nodejs.org/en/download" rel="noreferrer">nodejs.org</a>. Nothing else is needed.</p>
<h2>3. Two lines</h2>
${
  sha256 === null
    ? html`<p class="notice">This server has no agent to hand out: it is not built, and building it failed. <code>errors.log</code> of the server says why.</p>`
    : html`<p>The first fetches the program and compares it with its sum, the second installs it as a service of systemd. It asks for the token and for the folder.</p>
${command(`${agentDownloadLine(server, sha256)}\n${agentInstallLine(server)}`)}
<p>It shows what it does, and touches nothing with <code>--dry-run</code>. An older agent is updated by the same two lines; settings and notes are kept.</p>`
}
<h2>4. See it work</h2>
${command('sudo debrief-agent status\nsudo debrief-agent doctor')}
<p><code>doctor</code> looks at everything with the eyes of the service and says what to do. <code>debrief-agent explain &lt;file&gt;</code> tells the whole story of one file, <code>sudo debrief-agent uninstall</code> removes it.</p>
<details class="fold"><summary>Where no program can be installed: SFTP</summary>
<p>On any other host with systemd, with a key that may log in on the game’s host. The fingerprint of that host is fetched, shown and asked for:</p>
${command(`sudo SSH_HOST=game.example.org SSH_USER=et SSH_KEY=/root/.ssh/et_key SSH_GAMESTATS_DIR=/home/et/.etlegacy/legacy/gamestats \\\n  node debrief-agent.cjs install --server ${server}`)}
</details>
<details class="fold"><summary>Without systemd, or with a certificate of an own CA</summary>
<p>Without systemd: <code>node debrief-agent.cjs run</code>, with the settings <code>INGEST_URL</code>, <code>INGEST_TOKEN</code> and <code>GAMESTATS_DIR</code> in its environment, by whatever starts services there. With an own CA: <code>curl --cacert ca.pem</code> in the first line, and <code>CA_CERT=/path/to/ca.pem</code> after <code>sudo</code> in the second.</p>
</details>
${sha256 !== null && fileFacts(sha256)}`,
  }
}

function fileFacts(sha256: string): Html {
  return html`<h2>The file</h2>
<p><a href="${AGENT_ROUTES.file}">debrief-agent.cjs</a>, with the licences of what it contains at its end. Its SHA-256, also at <a href="${AGENT_ROUTES.sha256}">${AGENT_ROUTES.sha256}</a>:</p>
${command(sha256)}`
}

function command(text: string): Html {
  return html`<pre tabindex="0"><code>${text}</code></pre>`
}
