/** Files as the first version of the journal made them. */
import { DatabaseSync } from "node:sqlite"

const schema = `
  CREATE TABLE events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, namespace TEXT NOT NULL, version INTEGER NOT NULL,
    path TEXT NOT NULL, parent TEXT, type TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE heads (
    position INTEGER PRIMARY KEY, time INTEGER NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL,
    events INTEGER NOT NULL, head TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX heads_of_run ON heads (run, position);
  PRAGMA application_id = 0x6470747a;
  PRAGMA user_version = 1;
`

/** The runs of the journal in `from`, in a new file `to` of version 1. */
export const asVersionOne = (from: string, to: string): void => {
  const db = new DatabaseSync(to)
  db.exec("PRAGMA journal_mode = WAL")
  db.exec(schema)
  db.prepare("ATTACH ? AS newer").run(from)
  db.exec("INSERT INTO events SELECT * FROM newer.events; INSERT INTO heads SELECT * FROM newer.heads")
  db.close()
}

export const versionOf = (file: string): unknown => {
  const db = new DatabaseSync(file, { readOnly: true })
  const version = db.prepare("PRAGMA user_version").get()?.user_version
  db.close()
  return version
}
