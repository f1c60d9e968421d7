import type { AgentStatus } from './status-file.ts'

/** One line for `systemctl status`. */
export function headline({ sources, serverProblem }: AgentStatus): string {
  const sum = (count: (source: AgentStatus['sources'][number]) => number) =>
    sources.reduce((total, source) => total + count(source), 0)
  const rejected = sum(({ notTakenCount }) => notTakenCount)
  const problem = sources.find(source => source.problem)?.problem ?? serverProblem
  return [
    `${sum(({ delivered }) => delivered)} delivered, ${sum(({ waitingCount }) => waitingCount)} waiting`,
    rejected > 0 ? `, ${rejected} rejected` : '',
    problem ? `. ${problem}` : '',
  ].join('')
}
