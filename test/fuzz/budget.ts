/** How much is tried. The defaults are the short form: some seconds of the suite, the same ones every time. */
export interface Budget {
  /** Of each target. */
  seconds: number
  inputs: number
  requests: number
  seed: number
  /** Empty: all of them. */
  target: string
}

export function budgetOf(env: Record<string, string | undefined>): Budget {
  return {
    seconds: Number(env.FUZZ_SECONDS ?? '20'),
    inputs: Number(env.FUZZ_INPUTS ?? '500'),
    requests: Number(env.FUZZ_REQUESTS ?? '200'),
    seed: Number(env.FUZZ_SEED ?? '20261126'),
    target: env.FUZZ_TARGET ?? '',
  }
}
