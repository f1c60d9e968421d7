export function programsFolder(workspace?: URL): URL
export function digestOf(sources: readonly string[], workspace?: URL): string
export const SOURCES: readonly string[]
