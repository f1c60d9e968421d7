import { Command, InvalidArgumentError } from 'commander'
import { withDatabase } from './with-database.ts'

export function reportCommand(): Command {
  return new Command('report')
    .description(
      "print a session's report, and write its JSON, Discord embeds, pictures and text to a folder",
    )
    .argument('[session]', 'its number, or `latest`', sessionNumber, 'latest' as const)
    .option('--out <folder>', 'where the files go (default: report in DATA_DIR)')
    .action((session: number | 'latest', { out }: { out?: string }) =>
      withDatabase(async context => {
        // Drawing takes a second to load; the other commands do without.
        const { report } = await import('./report.ts')
        await report(context, { session, out })
      }),
    )
}

function sessionNumber(text: string): number | 'latest' {
  if (text === 'latest') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a session number such as 12, or `latest`.')
}
