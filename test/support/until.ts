/** Waits for a condition; fails with what it waited for. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
