/** Ours have some 200. */
const MAX_DETAIL = 500
const MAX_CODE = 64

/**
 * What a server says of one file, as short as it may be kept: it stays in memory and in the notes for as long as the file
 * lies in the folder. (Of 50 files with a sentence of 3 MB each, the agent took 2.3 GB, its notes 300 MB.)
 */
export function cutWords<T extends { code: string; detail: string }>(problem: T): T {
  return { ...problem, code: cut(problem.code, MAX_CODE), detail: cut(problem.detail, MAX_DETAIL) }
}

/** Copied: a part of a text keeps the whole of it in memory. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${Buffer.from(text.slice(0, length - 1)).toString()}…`
}
