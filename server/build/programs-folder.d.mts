export function programsFolder(workspace?: URL): URL
