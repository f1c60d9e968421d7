import { type Content, type Html, html } from '../pages/html.ts'
import { layout } from '../pages/layout.ts'
import type { ApiDescription } from './api-description.ts'

type Codes = Record<string, { status: number; title: string; retriable: boolean }>

/** The API on one page, without scripts. Each code has an anchor: it is where a problem's `type` leads. */
export function docsPage({ info, paths }: ApiDescription, codes: Codes): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(method.toUpperCase(), path, operation)),
  )
  return layout({
    title: info.title,
    description: info.description ?? info.title,
    current: 'docs',
    main: html`<div class="hero docs"><h1>${info.title} <span class="quiet">${info.version}</span></h1>
<p>${prose(info.description ?? '')} The same for programs: <a href="/docs/json">OpenAPI</a>.</p></div>
${operations}
<section class="docs"><h2 id="codes">Codes</h2>
<p>A closed list. “Again” says whether the same bytes may succeed later.</p>
<div class="scroll" role="region" aria-label="Codes" tabindex="0"><table>
<thead><tr><th>Code</th><th>Status</th><th>Again</th><th>Meaning</th></tr></thead>
<tbody>
${Object.entries(codes).map(
  ([code, { status, title, retriable }]) =>
    html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${retriable ? 'yes' : 'no'}</td><td>${title}</td></tr>
`,
)}</tbody>
</table></div></section>`,
  })
}

type Operation = NonNullable<ApiDescription['paths'][string]>[string]

function section(method: string, path: string, operation: Operation): Html {
  const { summary, description, security, parameters = [], requestBody, responses = {} } = operation
  const sentences = [summary, description, security && 'Needs a token']
    .flatMap(text => (text ? [text.replace(/\.$/, '')] : []))
    .join('. ')
  return html`<section class="docs"><h2><code>${method} ${path}</code></h2>
<p>${prose(sentences)}.</p>
${
  parameters.length > 0 &&
  table(
    'Parameters',
    parameters.map(({ name, in: where, description = '' }) => [
      html`<code>${name}</code> (${where})`,
      prose(description),
    ]),
  )
}
${Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => schemaOf(`Body: ${type}`, schema))}
${table(
  'Answers',
  Object.entries(responses).map(([status, { description = '' }]) => [status, prose(description)]),
)}
${Object.entries(responses).flatMap(([status, { content = {} }]) =>
  // A problem looks the same everywhere: it is described once, by its codes.
  Object.entries(content)
    .filter(([type]) => type !== 'application/problem+json')
    .map(([, { schema }]) => schemaOf(`Answer ${status}`, schema)),
)}
</section>
`
}

function table(label: string, rows: [Content, Content][]): Html {
  return html`<table aria-label="${label}"><tbody>${rows.map(
    ([head, text]) => html`<tr><th scope="row">${head}</th><td>${text}</td></tr>`,
  )}</tbody></table>`
}

function schemaOf(label: string, schema: unknown): Html {
  return html`<details class="fold"><summary>${label}</summary><pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre></details>`
}

/** Words between backticks are code. */
function prose(text: string): Content[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
}
