import { type Config, ConfigError, loadConfig } from './config.ts'

/** The settings, or one message on standard error and exit code 2, before anything is touched. */
export function loadConfigOrExit(env: NodeJS.ProcessEnv): Config {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}
