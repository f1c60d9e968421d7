// Sends files by the same API as the agent: POST /api/v1/files, one request for each file.
import { fileLine, LABELS } from './file-line.js'

const KEY = 'debrief-token'
/** At a time: enough to fill a line, few enough that the game nights of others come through. */
const PARALLEL = 3
const MAX_ATTEMPTS = 6

const form = document.getElementById('upload')
const token = document.getElementById('token')
const remember = document.getElementById('remember')
const dryRun = document.getElementById('dry-run')
const drop = document.getElementById('drop')
const chooser = document.getElementById('files')
const sendButton = document.getElementById('send')
const summary = document.getElementById('summary')
const results = document.getElementById('results')

const maxBytes = Number(form.dataset.maxBytes)
/** Chosen before there was a token. */
const held = []
const waiting = []
const counts = {}
let sending = 0
let total = 0

// Without this script the page shows how to do without it.
document.getElementById('no-script').remove()
form.hidden = false
restoreToken()

form.addEventListener('submit', event => {
  event.preventDefault()
  sendButton.hidden = true
  add(held.splice(0))
})
token.addEventListener('input', storeToken)
remember.addEventListener('change', storeToken)
chooser.addEventListener('change', () => {
  add([...chooser.files])
  // Else choosing the same files again would be no change.
  chooser.value = ''
})

// A file that misses the box must not replace the page.
for (const name of ['dragover', 'drop']) document.addEventListener(name, event => event.preventDefault())
for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, () => drop.classList.add('over'))
for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('over'))
drop.addEventListener('drop', async event => {
  // Entries are only there until the handler returns.
  const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean)
  const files = [...event.dataTransfer.files]
  const isFolder = entries.some(entry => entry.isDirectory)
  add(isFolder ? (await Promise.all(entries.map(filesOf))).flat() : files)
})

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))]
  const reader = entry.createReader()
  const inside = []
  for (;;) {
    // Gives a hundred at a time, and none at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    inside.push(...some)
  }
  return (await Promise.all(inside.map(filesOf))).flat()
}

function add(files) {
  if (files.length === 0) return
  if (token.value.trim() === '') {
    held.push(...files)
    sendButton.hidden = false
    summary.textContent = `${held.length} chosen. Enter the token of the game server, then send.`
    token.focus()
    return
  }
  // In the order of their stamps: sessions are numbered as they come.
  files.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const file of files) {
    const item = fileLine(results, file.name)
    total += 1
    waiting.push({ file, item, isDryRun: dryRun.checked, token: token.value.trim() })
  }
  tell()
  next()
}

function next() {
  while (sending < PARALLEL && waiting.length > 0) {
    sending += 1
    const job = waiting.shift()
    send(job)
      .catch(error => job.item.show('failed', `This page failed: ${error.message}`))
      .finally(() => {
        sending -= 1
        counts[job.item.state()] = (counts[job.item.state()] ?? 0) + 1
        tell()
        next()
      })
  }
}

async function send({ file, item, isDryRun, token }) {
  if (file.size > maxBytes) {
    item.show(
      'failed',
      `too_large: the file has ${file.size} bytes, and the server takes ${maxBytes}. It was not sent.`,
    )
    return
  }
  const sha256 = await digestOf(file)
  for (let attempt = 1; ; attempt += 1) {
    item.show('sending', attempt > 1 ? `Attempt ${attempt}` : '')
    const answer = await post({ file, sha256, isDryRun, token, onProgress: item.progress })
    const isAway = answer.status === 0 || answer.body?.retriable === true
    if (!isAway || attempt === MAX_ATTEMPTS) {
      showAnswer(item, answer, isDryRun)
      return
    }
    const seconds = answer.retryAfter ?? Math.min(30, 2 ** attempt)
    item.show(
      'waiting',
      `${answer.body?.detail ?? 'The server cannot be reached.'} Trying again in ${seconds} s.`,
    )
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  }
}

function post({ file, sha256, isDryRun, token, onProgress }) {
  const body = new FormData()
  body.append('source', 'manual')
  body.append('mtime', new Date(file.lastModified).toISOString())
  if (sha256) body.append('sha256', sha256)
  body.append('file', file, file.name)
  return new Promise(resolve => {
    // XMLHttpRequest and not fetch: only this one tells how much was sent.
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/files${isDryRun ? '?dryRun=true' : ''}`)
    request.setRequestHeader('authorization', `Bearer ${token}`)
    request.responseType = 'json'
    request.timeout = 120_000
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total)
    request.onloadend = () => {
      const retryAfter = Number(request.getResponseHeader('retry-after')) || undefined
      resolve({ status: request.status, body: request.response, retryAfter })
    }
    request.send(body)
  })
}

/** Hexadecimal; undefined where the browser gives no digests (plain HTTP): then the server compares none. */
async function digestOf(file) {
  if (!crypto.subtle) return undefined
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

function showAnswer(item, { status, body }, isDryRun) {
  if (body === null) {
    item.show('failed', status === 0 ? 'The server cannot be reached.' : `The server answered ${status}.`)
    return
  }
  const receipt = body.status === 'imported' || body.status === 'ignored' ? body : body.receipt
  if (!receipt) {
    item.show('failed', `${body.code}: ${body.detail}`)
    return
  }
  const state = stateOf(receipt, isDryRun)
  item.show(state, textOf(receipt))
  if (receipt.round) item.round(receipt.round)
  if (receipt.problem) item.problem(receipt.problem)
  for (const warning of receipt.warnings) item.warning(warning.message)
}

function stateOf({ status, duplicate }, isDryRun) {
  if (status === 'rejected') return 'rejected'
  if (status === 'ignored') return 'ignored'
  if (isDryRun) return 'checked'
  return duplicate ? 'duplicate' : 'imported'
}

function textOf({ status, duplicate, tookMs }) {
  if (duplicate && status === 'imported') return 'These bytes were here already; nothing changed.'
  if (duplicate) return 'These bytes were here already.'
  return `${Math.round(tookMs)} ms`
}

function tell() {
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const parts = Object.entries(counts).map(([state, count]) => `${count} ${LABELS[state]}`)
  const rest = total - done
  summary.textContent = [
    `${total} ${total === 1 ? 'file' : 'files'}`,
    ...parts,
    ...(rest > 0 ? [`${rest} to go`] : []),
  ].join(' · ')
}

/** Kept only if asked. A browser may refuse to keep anything. */
function storeToken() {
  try {
    if (remember.checked) localStorage.setItem(KEY, token.value.trim())
    else localStorage.removeItem(KEY)
  } catch {
    remember.checked = false
  }
}

function restoreToken() {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept === null) return
    token.value = kept
    remember.checked = true
  } catch {
    // Nothing is kept then.
  }
}
