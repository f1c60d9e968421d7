-- Older versions work beside it: the new index serves what they ask of the former one.
-- Copies of a file are looked for within two days of it. By the digest alone, an import read every file that ever held
-- the same lines, however long ago: one night's files, moved by days to fill a history, are hundreds of them.
create index processed_files_copies_idx on processed_files (server_id, lines_digest, ended_at)
  where lines_digest is not null;
drop index processed_files_digest_idx;
