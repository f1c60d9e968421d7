-- "Has this session changed?" has one answer, the digest that the pages' cache asks for: it also stands with every
-- report that was posted. gaming_sessions.changed_at only dates the footer: of two transactions, the one that began
-- first may commit last, and a round that went away leaves no time behind.

-- As shown: the digest of the rows that the posted messages were made from. NULL: not wholly posted yet, or by a
-- version that did not know it.
alter table discord_reports add column shown_version text;

-- It has served no query since outbox_order_idx came.
drop index outbox_waiting_idx;
