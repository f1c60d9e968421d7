import type { FastifyRequest } from 'fastify'

/** Whether a person looks at the answer: a browser that opens an address which is not for programs. */
export function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (url.startsWith('/api/') || PROBES.has(url.split('?')[0] ?? '')) return false
  return headers.accept?.includes('text/html') ?? false
}

const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', '/docs/json', '/live'])
