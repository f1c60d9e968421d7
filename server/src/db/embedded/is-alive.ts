/** Does a process of this id exist? */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it does, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
