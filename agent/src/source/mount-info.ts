/**
 * What stands mounted at `mountPoint`: the path of the mounted folder within its file system, as the kernel sees it at
 * this moment. Null if nothing is mounted just there. `text`: /proc/self/mountinfo; source: proc_pid_mountinfo(5).
 */
export function mountedFolder(text: string, mountPoint: string): string | null {
  let found: string | null = null
  for (const line of text.split('\n')) {
    const [, , , root, point] = line.split(' ')
    // The last one covers those before it.
    if (root !== undefined && point !== undefined && plain(point) === mountPoint) found = plain(root)
  }
  return found
}

/** Blank, tab, line feed and backslash are octal there. */
function plain(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
