import { findingText, printableJson } from '@debrief/shared'
import { Command } from 'commander'
import { examineServer } from '../doctor/examine-server.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look for what may be wrong, with advice: settings, disk, database, posts, agents, certificate, server, Discord',
    )
    .option('--json', 'for programs')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examineServer(process.env)
      process.stdout.write(
        json ? `${printableJson(JSON.stringify(findings, null, 2))}\n` : findings.map(findingText).join(''),
      )
      process.exitCode = findings.some(({ state }) => state === 'failed') ? 1 : 0
    })
}
