import { readFile, writeFile } from 'node:fs/promises'
import type { Machine } from './describe-machine.ts'

const README = new URL('../../../README.md', import.meta.url)
const [BEGIN, END] = ['<!-- bench: made by `pnpm bench --record` -->', '<!-- /bench -->']

/** Puts the table between its two marks. */
export async function writeReadmeTable(machine: Machine, table: string): Promise<void> {
  const text = await readFile(README, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`The README has lost its marks ${BEGIN} and ${END}.`)
  const { date, commit, processor, cores, node, load } = machine
  const where = `${date}, commit ${commit}, Node ${node}, ${cores} cores (${processor}), load ${load} at the end`
  await writeFile(README, `${text.slice(0, from)}${BEGIN}\n\n${where}.\n\n${table}\n\n${text.slice(to)}`)
}
