import { makeSortable, sortBy } from './sort-table.js'

// Keeps the page of the newest session up with the evening. The server says when its data has another version; then the
// page is fetched again and what differs is taken over: what is open stays open, what is sorted stays sorted.
const RETRY_MS = 30_000
const LATEST = '/sessions/latest'
const status = document.getElementById('live')
/** The version that the server told of last. */
let wanted = null
let isFetching = false
let stream = null
let retry = null

listen()
// A page that nobody looks at needs no news; who comes back is told at once what is new.
document.addEventListener('visibilitychange', listen)

function listen() {
  clearTimeout(retry)
  stream?.close()
  stream = null
  if (document.hidden) return
  stream = new EventSource('/live')
  stream.addEventListener('session', ({ data }) => {
    const { session, version } = JSON.parse(data)
    const { dataset } = document.getElementById('report')
    if (location.pathname !== LATEST && String(session) !== dataset.session) {
      // This page is of the session that was the newest when it was opened, and stays with it.
      stream.close()
      document.removeEventListener('visibilitychange', listen)
      say('Another session has begun. ', LATEST)
      return
    }
    say('Live: new rounds appear by themselves.')
    wanted = version
    void refresh()
  })
  stream.addEventListener('error', ({ target }) => {
    say('Not live just now: reload the page, or wait.')
    // Where the line was lost the browser tries again by itself; where it was refused (too many read along) it does not.
    if (target.readyState === EventSource.CLOSED) retry = setTimeout(listen, RETRY_MS)
  })
}

/** `href`: where the words lead to. */
function say(words, href = null) {
  if (status.textContent === words) return
  status.textContent = words
  if (href !== null) {
    const link = Object.assign(document.createElement('a'), { href, textContent: 'Go to it' })
    status.append(link)
  }
}

async function refresh() {
  if (isFetching) return
  isFetching = true
  try {
    while (wanted !== null && wanted !== document.getElementById('report').dataset.version) {
      const asked = wanted
      const answer = await fetch(location.pathname, { headers: { accept: 'text/html' } })
      if (!answer.ok) break
      takeOver(new DOMParser().parseFromString(await answer.text(), 'text/html'))
      // What was fetched is at least as new as what was told of.
      if (wanted === asked) break
    }
  } catch {
    // The next state is told when the line is there again.
  } finally {
    isFetching = false
  }
}

function takeOver(fresh) {
  const [old, report] = [document, fresh].map(each => each.getElementById('report'))
  if (!report) return
  makeSortable(report)
  for (const table of old.querySelectorAll('table[data-sortable]')) sortLike(table, report)
  const focused = document.activeElement
  update(old, report)
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true })
  document.title = fresh.title
}

/** Puts the table of this name into the order that the reader gave it. */
function sortLike(table, report) {
  const heading = table.querySelector('th[aria-sort]')
  if (!heading) return
  const name = nameOf(table)
  const same = [...report.querySelectorAll('table[data-sortable]')].find(each => nameOf(each) === name)
  if (same) sortBy(same, heading.cellIndex, heading.getAttribute('aria-sort'))
}

/** Tables of weapons and of maps are told apart by whose they are, whatever he calls himself by now. */
function nameOf(table) {
  return table.closest('[data-key]')?.dataset.key ?? table.caption.textContent
}

/** Makes `old` what `fresh` is, and keeps every node of it that can be kept. */
function update(old, fresh) {
  if (old.isEqualNode(fresh)) return
  for (const { name } of [...old.attributes]) {
    // What the reader opened is his.
    if (name !== 'open' && !fresh.hasAttribute(name)) old.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  const left = [...old.childNodes]
  for (const [place, child] of [...fresh.childNodes].entries()) {
    const index = left.findIndex(each => isSameKind(each, child))
    const [kept] = index < 0 ? [] : left.splice(index, 1)
    const node = kept ?? document.importNode(child, true)
    if (old.childNodes[place] !== node) old.insertBefore(node, old.childNodes[place] ?? null)
    if (kept?.nodeType === Node.ELEMENT_NODE) update(kept, child)
    else if (kept && kept.nodeValue !== child.nodeValue) kept.nodeValue = child.nodeValue
  }
  for (const gone of left) gone.remove()
}

function isSameKind(a, b) {
  return a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key
}
