import type { FastifyInstance, HTTPMethods } from 'fastify'
import { discardRest } from './discard-rest.ts'
import { sendProblem, toProblem } from './send-problem.ts'

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** 405 with `Allow`, where an address exists but not for that method. Call first; `refuse` after the last route. */
export function methodNotAllowed(app: FastifyInstance): { refuse(): void } {
  const routes = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    routes.set(url, methods)
  })
  return {
    refuse() {
      for (const [url, methods] of [...routes]) {
        const allow = [...methods].sort().join(', ')
        app.route({
          url,
          method: METHODS.filter(method => !methods.has(method)),
          schema: { hide: true },
          // Before the body: what type it has does not matter here.
          onRequest: async (request, reply) => {
            discardRest(request)
            const detail = `${request.method} is not for this address, which takes ${allow}.`
            return sendProblem(reply, toProblem('method_not_allowed', detail), { allow })
          },
          handler: () => undefined,
        })
      }
    },
  }
}
