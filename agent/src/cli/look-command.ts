import type { Command } from 'commander'
import { examine } from '../doctor/examine.ts'
import { withCredentials } from '../install/credentials.ts'

/** For `install` and `doctor`, which run it as the service would run: what it sees, as JSON. */
export function lookCommand(program: Command): void {
  program.command('look', { hidden: true }).action(async () => {
    const findings = await examine(withCredentials(process.env))
    process.stdout.write(`${JSON.stringify(findings)}\n`)
  })
}
