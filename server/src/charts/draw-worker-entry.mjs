// Node 20 does not hand the loader of TypeScript on to a thread's first module: it is registered here.
import { register } from 'tsx/esm/api'

register()
await import('./draw-worker.ts')
