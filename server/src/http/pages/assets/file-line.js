// What became of a file that was sent, in words.

/** Appends the line of one file to the list. All texts from outside go in as text. */
export function fileLine(list, name) {
  const line = document.createElement('li')
  const head = element('p')
  const state = element('span', 'state')
  head.append(element('span', 'file', name), ' ', state)
  const bar = document.createElement('progress')
  bar.max = 1
  bar.value = 0
  bar.setAttribute('aria-label', `Upload of ${name}`)
  const body = element('div')
  line.append(head, bar, body)
  list.append(line)
  const item = {
    state: () => line.dataset.state,
    show(is, text) {
      line.dataset.state = is
      state.textContent = LABELS[is]
      bar.hidden = is !== 'sending'
      body.replaceChildren(...(text ? [element('p', 'quiet', text)] : []))
    },
    progress(part) {
      bar.value = part
    },
    round({ id, map, roundNumber, players }) {
      const what = `${map}, round ${roundNumber}, ${players} ${players === 1 ? 'player' : 'players'}`
      const text = element('p')
      if (id === null) text.textContent = what
      else text.append(link(`/rounds/${id}`, what))
      body.append(text)
    },
    problem({ code, line: number, detail }) {
      const text = element('p')
      text.append(link(`/docs#${code}`, code), number === null ? ': ' : ` in line ${number}: `, detail)
      body.append(text)
    },
    warning(message) {
      body.append(element('p', '', `Warning: ${message}`))
    },
  }
  item.show('queued', '')
  return item
}

export const LABELS = {
  queued: 'in the queue',
  sending: 'sending',
  waiting: 'waiting',
  imported: 'imported',
  duplicate: 'duplicate',
  checked: 'good, not stored (dry run)',
  ignored: 'kept, makes no round',
  rejected: 'rejected',
  failed: 'not sent',
}

function element(tag, className = '', text = '') {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.textContent = text
  return made
}

function link(href, text) {
  const made = element('a', '', text)
  made.href = href
  return made
}
