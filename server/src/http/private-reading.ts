import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { AppContext } from '../app-context.ts'
import { isLinkKey, isReadingPass, READING_DAYS, readingPass } from '../game-servers/reading-access.ts'
import { bearerToken } from './bearer-token.ts'
import { RequestFault } from './request-fault.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Opens private reading by itself. */
    isLink?: boolean
  }
}

const COOKIE = 'debrief_reading'

/**
 * Where PRIVATE=true: reading needs a token of any scope, or a browser that came by a link of ours; the figures of
 * /metrics need an admin token. Returns a hook that lets everybody pass where it is not set. Styles and fonts are open.
 */
export function privateReading(
  { db, config, tokens }: Pick<AppContext, 'db' | 'config' | 'tokens'>,
  { adminOnly = false }: { adminOnly?: boolean } = {},
): onRequestAsyncHookHandler {
  return async request => {
    const { alwaysAnswers = false, isLink = false } = request.routeOptions.config
    if (!config.private || isLink || (alwaysAnswers && !adminOnly)) return
    const pass = cookie(request)
    if (!adminOnly && pass !== null && (await isReadingPass(db, pass))) return
    const token = bearerToken(request)
    const holder = request.tokenHolder ?? (token === null ? null : await tokens.find(token))
    if (holder !== null && (!adminOnly || holder.scope === 'admin')) return
    throw new RequestFault(
      'unauthorized',
      'Reading is private here. Open a link from Discord, ask the operator for one (`debrief link`), or send a token as ' +
        '`Authorization: Bearer <token>`.',
      { 'www-authenticate': 'Bearer' },
    )
  }
}

/** `/k/<key>/…`: how links begin where reading is private. The browser gets its pass, and goes to the page itself. */
export function linkRoute(app: FastifyInstance, { db, config }: Pick<AppContext, 'db' | 'config'>): void {
  app.get<{ Params: { key: string; '*': string } }>(
    '/k/:key/*',
    { schema: { hide: true }, config: { isLink: true } },
    async (request, reply) => {
      const { key, '*': path } = request.params
      if (config.private && (await isLinkKey(db, key))) {
        const secure = request.protocol === 'https' ? '; Secure' : ''
        const age = READING_DAYS * 86_400
        reply.header(
          'set-cookie',
          `${COOKIE}=${await readingPass(db)}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`,
        )
      }
      return reply.header('cache-control', 'no-store').redirect(`${ownPath(path)}${queryOf(request)}`, 303)
    },
  )
}

/** A path of ours only: `//elsewhere` would be another host, as would be a backslash there. */
function ownPath(path: string): string {
  return `/${path.split('/').filter(Boolean).map(encodeURIComponent).join('/')}`
}

/** Which two are compared, of which season a board is: as it was asked. */
function queryOf({ url }: FastifyRequest): string {
  const at = url.indexOf('?')
  return at === -1 ? '' : url.slice(at)
}

function cookie({ headers }: FastifyRequest): string | null {
  const found = /(?:^|;\s*)debrief_reading=([\w.-]{1,100})(?:;|$)/.exec(headers.cookie ?? '')
  return found?.[1] ?? null
}
