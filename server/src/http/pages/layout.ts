import { assetUrl } from './assets.ts'
import { type Content, type Html, html } from './html.ts'

export interface Page {
  title: string
  /** For search engines and for links that unfold in a chat. */
  description: string
  main: Content
  /** Which entry of the navigation this page is. */
  current?: 'sessions' | 'latest' | 'players' | 'compare' | 'boards' | 'records' | 'maps' | 'upload' | 'docs'
  script?: 'sort-table.js' | 'live.js' | 'upload.js'
  /** Where this page is known to the outside; without it a link unfolds without a picture. */
  address?: { origin: string; path: string; picture?: { path: string; alt: string } }
}

/** The frame of every page. The answer is a whole document. */
export function layout({ title, description, main, current, script, address }: Page): string {
  const entry = (key: Page['current'], href: string, text: string) =>
    html`<li><a href="${href}"${key === current && CURRENT}>${text}</a></li>`
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="theme-color" content="#12161b" media="(prefers-color-scheme: dark)">
<meta name="theme-color" content="#f5f3ee" media="(prefers-color-scheme: light)">
<title>${title}</title>
<meta name="description" content="${description}">
<meta property="og:site_name" content="Debrief">
<meta property="og:type" content="website">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
${address && openGraph(address)}
<link rel="icon" type="image/svg+xml" href="${assetUrl('icon.svg')}">
<link rel="stylesheet" href="${assetUrl('style.css')}">
${script && html`<script type="module" src="${assetUrl(script)}"></script>`}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap">
<a class="brand" href="/"><img src="${assetUrl('icon.svg')}" alt="" width="24" height="24">Debrief</a>
<nav aria-label="Pages"><ul>
${entry('sessions', '/', 'Sessions')}
${entry('latest', '/sessions/latest', 'Latest')}
${entry('players', '/players', 'Players')}
${entry('compare', '/compare', 'Compare')}
${entry('boards', '/leaderboards', 'Boards')}
${entry('records', '/records', 'Records')}
${entry('maps', '/maps', 'Maps')}
${entry('upload', '/upload', 'Upload')}
${entry('docs', '/docs', 'API')}
</ul></nav>
</div></header>
<main id="main" class="wrap" tabindex="-1">
${main}
</main>
</body>
</html>
`
  return document.toString()
}

const CURRENT = html` aria-current="page"`

function openGraph({ origin, path, picture }: NonNullable<Page['address']>): Html {
  return html`<link rel="canonical" href="${origin}${path}">
<meta property="og:url" content="${origin}${path}">
${
  picture &&
  html`<meta property="og:image" content="${origin}${picture.path}">
<meta property="og:image:type" content="image/png">
<meta property="og:image:alt" content="${picture.alt}">
<meta name="twitter:card" content="summary_large_image">`
}`
}
