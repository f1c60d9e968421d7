import type { Config } from '../../config.ts'
import { html } from './html.ts'
import type { Page } from './layout.ts'

/** Manual submission: choose or drop files; `upload.js` sends each to the API that the agent uses. */
export function uploadPage({ maxFileBytes }: Pick<Config, 'maxFileBytes'>): Page {
  return {
    title: 'Upload · Debrief',
    description: 'Submit stats files of ET: Legacy rounds by hand.',
    current: 'upload',
    script: 'upload.js',
    main: html`<div class="hero"><h1>Upload stats files</h1>
<p>For rounds that no agent brings: files from a game server’s <code>gamestats</code> folder. A file that is here already changes nothing, so a whole folder may be sent twice. Better than by hand: <a href="/agent">an agent</a> on the game server.</p></div>
<p id="no-script" class="notice">Sending from this page needs JavaScript. Without it, use <code>curl</code> as shown below.</p>
<form id="upload" class="panel upload" data-max-bytes="${maxFileBytes}" hidden>
<div class="field">
<label for="token">Token of the game server</label>
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required aria-describedby="token-help">
<p id="token-help" class="quiet">Made by <code>debrief token create</code>. It says whose rounds these are.</p>
<label class="choice"><input id="remember" type="checkbox"> Remember the token on this device</label>
</div>
<div id="drop" class="drop">
<p>Drop files or a folder here, or</p>
<p><input id="files" class="unseen" type="file" multiple accept=".txt,text/plain"><label for="files" class="button">Choose files</label></p>
<label class="choice"><input id="dry-run" type="checkbox"> Dry run: only check them, store nothing</label>
</div>
<p id="send" hidden><button class="button">Send</button></p>
<p id="summary" class="quiet" role="status"></p>
<ol id="results" class="results" aria-label="Files"></ol>
</form>
<details class="fold"><summary>By command</summary>
<pre tabindex="0"><code>curl -F source=manual -F file=@2026-05-05-204850-supply-round-1.txt -H "Authorization: Bearer $TOKEN" \\
  $DEBRIEF_URL/api/v1/files</code></pre>
<p class="quiet">Fields stand before the file. <a href="/docs">All of the API</a>.</p></details>`,
  }
}
