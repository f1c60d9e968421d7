import { runGroup } from '../support/run-group.mjs'

await runGroup('browser')
