/**
 * Of the rules that turn bytes into rounds: raise it with every change of parsing or deriving that can change a row. A
 * server that starts with newer rules makes old rows anew by itself, and receipts and `debrief check` name the version.
 *
 * - 1: until November 2026; its rows carry no number.
 * - 2: 33 values; figures that older scripts write wrongly are made from what they write rightly; length and outcome of
 *   every round; what a file counts on from is read off all files before it, of any map.
 */
export const RULES_VERSION = 2
