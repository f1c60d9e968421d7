import { runGroup } from '../support/run-group.ts'

await runGroup('import')
