import type { AgentProgram } from '@debrief/agent/program'
import { AGENT_FILE_NAME, AGENT_ROUTES } from '@debrief/shared'
import { z } from 'zod'
import type { AppContext } from '../../app-context.ts'
import { layout } from '../pages/layout.ts'
import { requestOrigin } from '../request-origin.ts'
import type { ZodApp } from '../zod-app.ts'
import { agentPage } from './agent-page.ts'
import { keepAgentProgram } from './keep-agent-program.ts'

/** What a game admin needs to begin: the agent of this version, its sum, and a page with the steps. None wants a token. */
export function agentRoutes(app: ZodApp, { config, log }: Pick<AppContext, 'config' | 'log'>): void {
  const program = keepAgentProgram({ log })
  // A build takes a second of one core: by the time that somebody asks, it is done.
  app.addHook('onListen', async () => {
    program().catch(() => {})
  })
  const always = { alwaysAnswers: true }

  app.get(AGENT_ROUTES.page, { schema: { hide: true }, config: always }, async (request, reply) => {
    const origin = requestOrigin(request, config)
    const found = await program().catch(() => null)
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(
        layout({
          ...agentPage({ origin, sha256: found?.sha256 ?? null, isPublic: config.publicUrl !== null }),
          ...(origin !== null && { address: { origin, path: AGENT_ROUTES.page } }),
        }),
      )
  })

  app.get(
    AGENT_ROUTES.file,
    {
      config: always,
      schema: {
        summary: 'The agent of this version, one file for Node 20 or newer',
        description:
          'Its SHA-256 stands in `Repr-Digest` (RFC 9530), in `Digest` (RFC 3230) and at `/agent/sha256`.',
        response: { 200: z.any().describe('The program') },
      },
    },
    async (_request, reply) => {
      const { content, sha256 } = await program()
      const digest = Buffer.from(sha256, 'hex').toString('base64')
      return reply
        .type('text/javascript; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('content-disposition', `attachment; filename="${AGENT_FILE_NAME}"`)
        .header('digest', `sha-256=${digest}`)
        .header('repr-digest', `sha-256=:${digest}:`)
        .send(content)
    },
  )

  app.get(
    AGENT_ROUTES.sha256,
    {
      config: always,
      schema: {
        summary: 'The SHA-256 of that file, as `sha256sum -c` reads it',
        response: { 200: z.string() },
      },
    },
    async (_request, reply) => {
      const { sha256 }: AgentProgram = await program()
      return reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(`${sha256}  ${AGENT_FILE_NAME}\n`)
    },
  )
}
