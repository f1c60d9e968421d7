// Where the server runs as TypeScript: see draw-thread.ts.
import { register } from 'tsx/esm/api'

register()
await import('./draw-worker.ts')
