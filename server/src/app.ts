import type { ServerOptions } from 'node:http'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { AppContext } from './app-context.ts'
import { tokenVerifier } from './game-servers/tokens/token-verifier.ts'
import { agentRoutes } from './http/agent-download/agent-routes.ts'
import { authenticate } from './http/authenticate.ts'
import { handleClientError } from './http/client-error.ts'
import { docsRoutes } from './http/docs/docs-routes.ts'
import { handleError, handleNotFound } from './http/error-handler.ts'
import { healthRoutes } from './http/health-routes.ts'
import { heartbeatRoute } from './http/heartbeat-route.ts'
import { limitRequests } from './http/limit-requests.ts'
import { methodNotAllowed } from './http/method-not-allowed.ts'
import { metricsRoute } from './http/metrics-route.ts'
import { missingRoute } from './http/missing-route.ts'
import { parseJson } from './http/parse-json.ts'
import { publicRoutes } from './http/public-routes.ts'
import { RateLimitStore } from './http/rate-limit-store.ts'
import { recentFilesRoute } from './http/recent-files-route.ts'
import { refuseEarly } from './http/refuse-early.ts'
import { refuseTheGone } from './http/refuse-the-gone.ts'
import { uploadRoute } from './http/upload-route.ts'
import type { ZodApp } from './http/zod-app.ts'
import { createMetrics } from './metrics.ts'
import { newTelling, type ServerState } from './server-state.ts'
import { VERSION } from './version.ts'

interface Given extends Pick<AppContext, 'db' | 'pool' | 'log' | 'config' | 'pictures'> {
  state?: ServerState
}

/** The whole policy of our HTTP, in the order in which a request meets it. `main` and the tests make it listen. */
export async function buildApp(given: Given): Promise<ZodApp> {
  const context: AppContext = {
    ...given,
    metrics: createMetrics(),
    tokens: tokenVerifier({ db: given.db }),
    state: given.state ?? {
      databasePrepared: true,
      shuttingDown: false,
      discord: 'off',
      telling: newTelling(),
    },
  }
  const { config, log, metrics, state, tokens } = context
  const app = openApp(context)

  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('tokenHolder', null)
  const methods = methodNotAllowed(app)

  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    strictTransportSecurity: config.tls !== null,
  })
  await app.register(rateLimit, { global: false, store: RateLimitStore })
  await app.register(multipart)
  await app.register(swagger, { openapi: OPENAPI, transform: jsonSchemaTransform })

  app.addHook('onRequest', refuseTheGone)
  app.addHook('onRequest', limitRequests(app, context))
  app.addHook('onRequest', refuseEarly(context))
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, url } = request
    const facts = { method, route: routeOptions.url ?? 'none', status: reply.statusCode }
    if (!routeOptions.config.staysOpen) metrics.requestSeconds.observe(facts, reply.elapsedTime / 1000)
    log.debug({ ...facts, url, ms: Math.round(reply.elapsedTime) }, 'Request answered')
  })

  const authenticated = authenticate(app, context)
  uploadRoute(app, context, authenticated)
  missingRoute(app, context, authenticated)
  recentFilesRoute(app, context, authenticated)
  heartbeatRoute(app, context, authenticated)
  await app.register(publicRoutes, context)
  healthRoutes(app, context)
  metricsRoute(app, context)
  agentRoutes(app, context)
  docsRoutes(app)
  methods.refuse()

  closeGently(app, state)
  app.addHook('onClose', () => tokens.settled())
  return app
}

/** Listens to nothing yet, and takes JSON and forms as bodies. */
function openApp({ config, log }: AppContext): ZodApp {
  // Fastify's own remarks (a line for each address it listens on) are not news.
  const httpLog: FastifyBaseLogger = log.child({}, log.level === 'info' ? { level: 'warn' } : {})
  const app: ZodApp = fastify({
    ...TIMEOUTS,
    ...transport(config),
    loggerInstance: httpLog,
    // One line per file says more than two lines per request; `debug` shows the requests.
    logController: new LogController({ disableRequestLogging: true }),
    // `true` trusts one proxy: the address that the nearest one wrote. Trusting all would let anyone write his own.
    trustProxy: config.trustProxy === true ? (_address, hop) => hop === 0 : config.trustProxy,
    bodyLimit: 64 * 1024,
    // We answer requests that come while we close ourselves, with a problem that says when to come again.
    return503OnClosing: false,
    clientErrorHandler: handleClientError,
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>()
  app.server.headersTimeout = HEADERS_TIMEOUT_MS
  // What else a client expects is passed over, as HTTP allows; Node would answer a 417 that says nothing.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  // Plain text is no body of ours: without this Fastify reads it and hands it over as a string.
  app.removeContentTypeParser('text/plain')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson)
  return app
}

/** What is under way is answered; connections that nobody needs any more are closed. */
function closeGently(app: ZodApp, state: ServerState): void {
  app.addHook('preClose', async () => {
    state.shuttingDown = true
    // A connection whose last answer went out after the closing began stays open for its next request.
    const sweep = setInterval(() => app.server.closeIdleConnections(), 50)
    const impatience = setTimeout(() => app.server.closeAllConnections(), PATIENCE_AT_CLOSE_MS)
    app.server.once('close', () => {
      clearInterval(sweep)
      clearTimeout(impatience)
    })
    sweep.unref()
    impatience.unref()
  })
}

/** Typed as plain HTTP: what we do with the server is the same for both. */
function transport({ tls }: AppContext['config']): { http: ServerOptions } {
  // Node looks at its time-outs this often; its own 30 s would double some of them.
  const options = {
    connectionsCheckingInterval: 5_000,
    // Refused by us, as a problem that says what is missing: see refuseEarly.
    requireHostHeader: false,
  }
  return tls
    ? ({ https: { cert: tls.cert, key: tls.key, ...options } } as object as { http: ServerOptions })
    : { http: options }
}

/** A sender that is stuck may hold up our end for this long. */
const PATIENCE_AT_CLOSE_MS = 5_000

/** The headers of a request come in one packet; who takes longer holds a connection on purpose. */
const HEADERS_TIMEOUT_MS = 15_000

const TIMEOUTS = {
  // The largest file (1 MB) over a line of 10 KB/s.
  requestTimeout: 120_000,
  // Silence within a request: longer than any answer of ours takes, shorter than a dead line is worth keeping.
  connectionTimeout: 60_000,
  // Longer than the 60 s of common proxies, so that it is they who close: else they write into a closed connection.
  keepAliveTimeout: 75_000,
}

/** Nothing but our own files, and no inline script or style anywhere. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
}

const OPENAPI = {
  info: {
    title: 'Debrief: the API',
    version: VERSION,
    description:
      'Stats files of ET: Legacy game servers go in, rounds come out. Errors are `application/problem+json`.',
  },
  components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
}
