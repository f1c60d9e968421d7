import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Finding, failed, findingSchema } from '@debrief/shared'
import * as z from 'zod/mini'
import { ENV_FILE } from './paths.ts'
import { trialUnit } from './unit/trial-unit.ts'

const TRIAL_NAME = 'debrief-agent-trial.service'
const TRIAL_FILE = `/run/systemd/system/${TRIAL_NAME}`

export interface Trial {
  /** The text of the unit that is, or would be, installed. */
  unit: string
  program: string
  /** The settings file's text; null: the installed one. */
  envText: string | null
}

/**
 * What the service sees: `debrief-agent look` as a service of its own, with the same user, the same view of the disk
 * and the same files handed over, but without its notes and its restarts. Needs root and a running systemd; leaves
 * nothing behind. What keeps it from starting at all is a finding, too.
 */
export async function runInSandbox({ unit, program, envText }: Trial): Promise<Finding[]> {
  // Everybody may enter, as the program must be readable for the service's user; the settings are root's alone.
  const dir = await mkdtemp('/run/debrief-agent-trial-')
  const paths = {
    program: join(dir, 'debrief-agent.cjs'),
    envFile: envText === null ? ENV_FILE : join(dir, 'agent.env'),
    findings: join(dir, 'findings.json'),
  }
  try {
    await chmod(dir, 0o755)
    await copyFile(program, paths.program)
    await chmod(paths.program, 0o644)
    if (envText !== null) await writeFile(paths.envFile, envText, { mode: 0o600 })
    await writeFile(paths.findings, '', { mode: 0o600 })
    await writeFile(TRIAL_FILE, trialUnit(unit, paths), { mode: 0o644 })
    const problem = await startTrial()
    return await readFindings(paths.findings, problem)
  } finally {
    await rm(TRIAL_FILE, { force: true })
    await rm(dir, { recursive: true, force: true })
    await systemctl('reset-failed', TRIAL_NAME).catch(() => '')
    await systemctl('daemon-reload')
  }
}

/** Null, or why it did not end well. */
async function startTrial(): Promise<string | null> {
  await systemctl('daemon-reload')
  try {
    await systemctl('start', TRIAL_NAME)
    return null
  } catch (error) {
    const shown = await systemctl('show', TRIAL_NAME, '--property=Result,ExecMainStatus,StatusText').catch(
      () => '',
    )
    const log = await promisify(execFile)('journalctl', [
      '-q',
      '-n',
      '3',
      '-o',
      'cat',
      '-u',
      TRIAL_NAME,
    ]).catch(() => ({ stdout: '' }))
    const reason = error instanceof Error ? error.message : String(error)
    return [shown.trim().replace(/\n/g, ', ') || reason, log.stdout.trim().replace(/\n/g, '; ')]
      .filter(Boolean)
      .join('. ')
  }
}

async function readFindings(file: string, problem: string | null): Promise<Finding[]> {
  try {
    return z.array(findingSchema).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return [
      failed(
        'sandbox',
        `The service cannot be started as its unit says (${problem ?? 'it said nothing'}).`,
        'Does each path in the unit exist: node, the files that LoadCredential= names? `debrief-agent install` writes it anew.',
      ),
    ]
  }
}

/** Throws what systemctl said. */
export async function systemctl(...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('systemctl', args, { timeout: 120_000 })
    return stdout
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    const reason = said || (error instanceof Error ? error.message.trim() : String(error))
    throw new Error(`systemctl ${args.join(' ')} failed: ${reason}`, { cause: error })
  }
}
