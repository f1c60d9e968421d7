import { escapeHtml } from '../escape-html.ts'
import type { ApiDescription } from './docs-routes.ts'

type Codes = Record<string, { status: number; title: string; retriable: boolean }>

/** The API on one page, without scripts. Each code has an anchor: it is where a problem's `type` leads. */
export function docsPage({ info, paths }: ApiDescription, codes: Codes): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(method.toUpperCase(), path, operation)),
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<h1>${escapeHtml(info.title)} <small>${escapeHtml(info.version)}</small></h1>
<p>${prose(info.description ?? '')} The same for programs: <a href="/docs/json">OpenAPI</a>.</p>
${operations.join('\n')}
<h2 id="codes">Codes</h2>
<p>A closed list. “Again” says whether the same bytes may succeed later.</p>
<table>
<thead><tr><th>Code</th><th>Status</th><th>Again</th><th>Meaning</th></tr></thead>
<tbody>
${Object.entries(codes)
  .map(
    ([code, { status, title, retriable }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${retriable ? 'yes' : 'no'}</td>` +
      `<td>${escapeHtml(title)}</td></tr>`,
  )
  .join('\n')}
</tbody>
</table>
</body>
</html>
`
}

type Operation = NonNullable<ApiDescription['paths'][string]>[string]

function section(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(
    ({ name, in: where, description = '' }) =>
      `<tr><td><code>${escapeHtml(name)}</code> (${escapeHtml(where)})</td><td>${prose(description)}</td></tr>`,
  )
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) =>
      `<details><summary>Body: ${escapeHtml(type)}</summary><pre>${json(schema)}</pre></details>`,
  )
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, { description = '' }]) =>
      `<tr><td>${escapeHtml(status)}</td><td>${prose(description)}</td></tr>`,
  )
  return [
    `<section><h2><code>${method} ${escapeHtml(path)}</code></h2>`,
    `<p>${prose([operation.summary, operation.description].filter(Boolean).join('. '))}`,
    `${operation.security ? ' Needs a token.' : ''}</p>`,
    parameters.length > 0 ? `<table><tbody>${parameters.join('')}</tbody></table>` : '',
    ...bodies,
    answers.length > 0 ? `<table><thead><tr><th>Status</th><th>Answer</th></tr></thead><tbody>` : '',
    ...answers,
    answers.length > 0 ? '</tbody></table>' : '',
    '</section>',
  ].join('\n')
}

function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function json(value: unknown): string {
  return escapeHtml(JSON.stringify(value, null, 2) ?? '')
}
