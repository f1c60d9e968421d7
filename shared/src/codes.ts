/**
 * Every code that the API can answer with: one closed list, quoted by the server, the agent and the OpenAPI page.
 * `title` says what happened in a few words; `retriable` tells a sender whether the same bytes may succeed later.
 */
interface Code {
  status: number
  title: string
  retriable: boolean
}

/** The file was kept and recorded as failed; sending the same bytes again is useless. */
export const REJECTION_CODES = {
  empty: { status: 422, title: 'The file is empty', retriable: false },
  bad_file_name: { status: 422, title: 'The file name is not usable', retriable: false },
  not_text: { status: 422, title: 'The content is not a stats file', retriable: false },
  no_final_newline: { status: 422, title: 'The file is cut: its last line has no end', retriable: false },
  bad_header: { status: 422, title: 'The header line is damaged', retriable: false },
  name_mismatch: { status: 422, title: 'The file name and the header disagree', retriable: false },
  bad_player_line: { status: 422, title: 'A player line is damaged', retriable: false },
  bad_number: { status: 422, title: 'A figure is not a number', retriable: false },
  number_out_of_range: { status: 422, title: 'A figure is impossibly large', retriable: false },
  bad_endstats_line: { status: 422, title: 'A line of awards or duels is damaged', retriable: false },
  unknown_variant: {
    status: 422,
    title: 'A player line has a number of values that no script writes',
    retriable: false,
  },
  mixed_variants: {
    status: 422,
    title: 'The player lines were written by different scripts',
    retriable: false,
  },
  duplicate_player: { status: 422, title: 'A player stands in two lines', retriable: false },
  too_many_players: {
    status: 422,
    title: 'The file has more players than a round can have',
    retriable: false,
  },
} as const satisfies Record<string, Code>

/** The file was kept, but it makes no round. */
export const IGNORE_CODES = {
  unsupported_kind: { status: 202, title: 'A kind of file that is not read', retriable: false },
  copy_of_round: { status: 202, title: 'The same round under another name', retriable: false },
  superseded: { status: 202, title: 'A fuller version of this file is here', retriable: false },
} as const satisfies Record<string, Code>

/** The request failed; nothing was stored. */
export const REQUEST_CODES = {
  malformed_request: { status: 400, title: 'The request is malformed', retriable: false },
  digest_mismatch: { status: 400, title: 'The bytes do not have the digest that was sent', retriable: false },
  no_file: { status: 400, title: 'The request has no file part', retriable: false },
  unauthorized: { status: 401, title: 'The token is missing, wrong or revoked', retriable: false },
  forbidden: { status: 403, title: 'This is not allowed', retriable: false },
  not_found: { status: 404, title: 'There is nothing here', retriable: false },
  method_not_allowed: { status: 405, title: 'This address does not take that method', retriable: false },
  too_large: { status: 413, title: 'The file is too large', retriable: false },
  not_multipart: { status: 415, title: 'The request is not multipart/form-data', retriable: false },
  too_fast: { status: 429, title: 'Too many requests', retriable: true },
  internal_error: { status: 500, title: 'The server failed', retriable: true },
  database_unavailable: { status: 503, title: 'The database is away', retriable: true },
  quota_full: { status: 503, title: 'The game server has used up its space', retriable: true },
  busy: { status: 503, title: 'Too many files of this game server wait', retriable: true },
  shutting_down: { status: 503, title: 'The server is stopping', retriable: true },
} as const satisfies Record<string, Code>

/** The seven checks and what each compares. A check that is off by more than 5 warns; the round is saved all the same. */
export const CHECK_CODES = {
  player_count: { number: 1, title: 'players in the file and in the database' },
  weapon_row_count: { number: 2, title: 'weapon rows in the file and in the database' },
  total_kills: { number: 3, title: 'kills in the file and in the database' },
  total_deaths: { number: 4, title: 'deaths in the file and in the database' },
  kills_deaths_balance: { number: 5, title: 'kills and deaths balance' },
  damage_balance: { number: 6, title: 'damage given and received balance' },
  weapon_totals: { number: 7, title: 'figures that the file states twice' },
} as const

/** What else may be odd about a file that is nevertheless imported. */
export const NOTICE_CODES = {
  file_renamed: 'A browser’s " (1)" was dropped from the file name.',
  name_cut: 'A player name was longer than 64 characters and was cut.',
  empty_name: 'A player has no name.',
  stamp_implausible: 'The date in the file name cannot be true; the game host’s clock was wrong.',
  stamp_far_from_mtime:
    'The date in the file name is far from the file’s modification time: check the time zone.',
  unknown_header_value: 'The header holds a value that is not known.',
  hits_over_shots: 'A bullet weapon has more hits than shots.',
  carry_unresolved:
    'A player carries figures of an attempt whose file is not here; they are left out until it comes.',
  impossible_time:
    'A player’s line states more time on a team than the round lasted; it is left out until a file explains it.',
  awaits_round: 'The awards and duels wait for the file of their round, whichever comes first.',
  impossible_figure: 'A figure cannot be true; it is stored as unknown.',
} as const

export type RejectionCode = keyof typeof REJECTION_CODES
export type IgnoreCode = keyof typeof IGNORE_CODES
export type RequestCode = keyof typeof REQUEST_CODES
export type CheckCode = keyof typeof CHECK_CODES
export type NoticeCode = keyof typeof NOTICE_CODES
export type ProblemCode = RejectionCode | IgnoreCode | RequestCode

const keysOf = <T extends object>(table: T) =>
  Object.keys(table) as [keyof T & string, ...(keyof T & string)[]]

export const WARNING_CODE_NAMES = [...keysOf(CHECK_CODES), ...keysOf(NOTICE_CODES)] as [string, ...string[]]
export const FILE_PROBLEM_CODE_NAMES = [...keysOf(REJECTION_CODES), ...keysOf(IGNORE_CODES)] as [
  string,
  ...string[],
]
export const PROBLEM_CODES = { ...REJECTION_CODES, ...IGNORE_CODES, ...REQUEST_CODES }
