/**
 * Is this fault the database's absence (away, restarting, full, overloaded, a lock not had in time) and not a bug of
 * ours? Then the same work succeeds later: answer 503 and let the sender come again.
 */
export function isDatabaseAway(error: unknown): boolean {
  return causes(error).some(isAway)
}

function isAway(error: Error): boolean {
  const code = textOf(error, 'code')
  if (code !== undefined) {
    // Reported by the kernel, for a connection; the same codes come from files too, and those are bugs.
    if (pathCodes.has(code)) return textOf(error, 'syscall') === 'connect'
    if (networkCodes.has(code)) return true
    if (code.length === 5 && awayStates.some(state => code.startsWith(state))) return true
  }
  return awayMessages.some(message => error.message.startsWith(message))
}

const pathCodes = new Set(['ENOENT', 'EACCES'])

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** SQLSTATEs, or their classes (two characters). */
const awayStates = [
  '08', // connection exceptions
  '25006', // read only: a standby that is not yet the primary, or a full disk at a hosting service
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '28', // login refused: a password that is being changed. Waiting helps when somebody mends it; losing the file never does
  '3D000', // the database is not there: being restored
  '40', // serialization failure, deadlock, rolled back
  '53', // disk full, out of memory, too many connections
  '55P03', // lock_timeout
  '57014', // statement_timeout
  '57P', // shutting down, starting up, ended by the administrator
  '58', // input/output error of the server's system
]

/** Faults that pg reports without a code: the only thing to tell them by is how they begin. */
const awayMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
  'driver has already been destroyed',
]

/** The error, what it was caused by, and the attempts that an AggregateError holds (one for each address of a name). */
function causes(error: unknown, seen: Error[] = []): Error[] {
  if (!(error instanceof Error) || seen.includes(error)) return seen
  seen.push(error)
  causes(error.cause, seen)
  if (error instanceof AggregateError) for (const one of error.errors) causes(one, seen)
  return seen
}

function textOf(error: Error, key: 'code' | 'syscall'): string | undefined {
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : undefined
}
