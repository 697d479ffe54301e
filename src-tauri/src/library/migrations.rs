//! The shape of the file, version by version. What is here was released: an entry is never changed, only followed by
//! another. Entry N brings a file from `user_version` N to N + 1.

use super::LibraryError;
use super::error::wrong_shape;
use rusqlite::{Connection, TransactionBehavior};

/// "TELL" in the file's header: which program it belongs to.
pub(super) const APPLICATION_ID: i64 = 0x5445_4C4C;

/// The version of a file that this app writes.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

const MIGRATIONS: &[&str] = &[
    // Ids are never used twice (AUTOINCREMENT), so that a late write for a deleted answer meets no other one.
    // `parent_id` cascades nowhere: along a chain of thousands of messages that passes SQLite's limit for triggers.
    // A conversation's messages go with it in one statement, which satisfies it as well.
    "CREATE TABLE conversations (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        title      TEXT NOT NULL,
        model      TEXT NOT NULL,
        parameters TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX conversations_by_time ON conversations (updated_at, id);

    CREATE TABLE messages (
        id                INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id   INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent_id         INTEGER REFERENCES messages (id),
        role              TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        state             TEXT NOT NULL CHECK (state IN
                              ('queued', 'retrying', 'streaming', 'done', 'stopped', 'cut', 'failed')),
        text              TEXT NOT NULL,
        reasoning         TEXT NOT NULL,
        model             TEXT NOT NULL,
        finish            TEXT,
        card              TEXT,
        created_at        INTEGER NOT NULL,
        updated_at        INTEGER NOT NULL,
        sent_at           INTEGER,
        first_text_at     INTEGER,
        ended_at          INTEGER,
        prompt_tokens     INTEGER,
        completion_tokens INTEGER
    ) STRICT;
    CREATE INDEX messages_by_conversation ON messages (conversation_id, id);
    CREATE INDEX messages_by_parent ON messages (parent_id);
    CREATE INDEX messages_under_way ON messages (id) WHERE state IN ('queued', 'retrying', 'streaming');",
    // A row of Poe's history (`query_id`) is one call's at most.
    "CREATE TABLE calls (
        id                INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id        INTEGER REFERENCES messages (id) ON DELETE SET NULL,
        account           TEXT NOT NULL,
        model             TEXT NOT NULL,
        sent_at           INTEGER NOT NULL,
        ended_at          INTEGER,
        answered          INTEGER NOT NULL,
        prompt_tokens     INTEGER,
        completion_tokens INTEGER,
        estimate          INTEGER,
        charge            TEXT NOT NULL CHECK (charge IN
                              ('checking', 'charged', 'notCharged', 'ambiguous', 'unknown')),
        points            INTEGER,
        query_id          TEXT UNIQUE
    ) STRICT;
    CREATE INDEX calls_by_message ON calls (message_id);
    CREATE INDEX calls_by_time ON calls (sent_at);
    CREATE INDEX calls_open ON calls (id) WHERE charge IN ('checking', 'notCharged', 'ambiguous');",
    // Without a message: of one that is being written, in its conversation or in none yet. The bytes come last, so that
    // what stands before them is read without them.
    "CREATE TABLE attachments (
        id              INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id      INTEGER REFERENCES messages (id) ON DELETE CASCADE,
        conversation_id INTEGER REFERENCES conversations (id) ON DELETE CASCADE,
        name            TEXT NOT NULL,
        mime            TEXT NOT NULL,
        size            INTEGER NOT NULL,
        left_out        INTEGER NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1)),
        created_at      INTEGER NOT NULL,
        preview         BLOB,
        bytes           BLOB NOT NULL
    ) STRICT;
    CREATE INDEX attachments_by_message ON attachments (message_id);
    CREATE INDEX attachments_by_conversation ON attachments (conversation_id);",
    // `chosen`: among messages that follow the same one, the highest is shown; of equals the newest.
    // `kept`: bytes of an answer's text that were there when it was last continued.
    // `sent_from`: the oldest message that is sent; what is before it stays in the thread and is left out.
    // `summary_of`: the message of an earlier chat whose thread `summary` sums up.
    "ALTER TABLE messages ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN kept INTEGER;
    ALTER TABLE conversations ADD COLUMN sent_from INTEGER;
    ALTER TABLE conversations ADD COLUMN summary TEXT;
    ALTER TABLE conversations ADD COLUMN summary_of INTEGER;",
    // Whose key asked for the answer, by the name that the account had then.
    "ALTER TABLE messages ADD COLUMN account TEXT;",
    // Under way when the app ended: whether its request may have left. Before this, a cut answer without a card was all
    // that told of it.
    "ALTER TABLE messages ADD COLUMN interrupted TEXT CHECK (interrupted IN ('sent', 'unsent'));
    UPDATE messages SET interrupted = 'sent' WHERE state = 'cut' AND card IS NULL;",
    // A message that is being written goes to the end of a conversation, in the place of a question of it (`instead_of`), or
    // begins a conversation (neither): one draft for each. Its files say the same of themselves.
    "CREATE TABLE drafts (
        id              INTEGER PRIMARY KEY,
        conversation_id INTEGER REFERENCES conversations (id) ON DELETE CASCADE,
        instead_of      INTEGER REFERENCES messages (id) ON DELETE CASCADE,
        text            TEXT NOT NULL,
        model           TEXT,
        parameters      TEXT,
        updated_at      INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX drafts_by_place ON drafts (ifnull(conversation_id, 0), ifnull(instead_of, 0));
    CREATE INDEX drafts_by_conversation ON drafts (conversation_id);
    CREATE INDEX drafts_by_question ON drafts (instead_of);
    ALTER TABLE attachments ADD COLUMN instead_of INTEGER REFERENCES messages (id) ON DELETE CASCADE;
    CREATE INDEX attachments_by_question ON attachments (instead_of);",
    // `server_…`: the same times by the server's clock, and by how much they may be wrong; none where that was never known.
    // `took`: milliseconds, whatever the computer's clock was set to. `refund`: what was taken off `points` since.
    // `amounts`: what it may have cost, where several rows fit. What was called free before was no more than not found.
    "CREATE TABLE calls_now (
        id                INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id        INTEGER REFERENCES messages (id) ON DELETE SET NULL,
        account           TEXT NOT NULL,
        model             TEXT NOT NULL,
        sent_at           INTEGER NOT NULL,
        ended_at          INTEGER,
        server_sent_at    INTEGER,
        server_ended_at   INTEGER,
        server_within     INTEGER,
        took              INTEGER,
        answered          INTEGER NOT NULL,
        prompt_tokens     INTEGER,
        completion_tokens INTEGER,
        estimate          INTEGER,
        charge            TEXT NOT NULL CHECK (charge IN
                              ('checking', 'charged', 'notCharged', 'notFound', 'ambiguous', 'unknown')),
        points            INTEGER,
        refund            INTEGER,
        amounts           TEXT,
        query_id          TEXT UNIQUE
    ) STRICT;
    INSERT INTO calls_now (id, message_id, account, model, sent_at, ended_at, took, answered, prompt_tokens,
        completion_tokens, estimate, charge, points, query_id)
    SELECT id, message_id, account, model, sent_at, ended_at, max(ended_at - sent_at, 0), answered, prompt_tokens,
        completion_tokens, estimate, CASE charge WHEN 'notCharged' THEN 'notFound' ELSE charge END, points, query_id
    FROM calls;
    DROP TABLE calls;
    ALTER TABLE calls_now RENAME TO calls;
    CREATE INDEX calls_by_message ON calls (message_id);
    CREATE INDEX calls_by_time ON calls (sent_at);
    CREATE INDEX calls_open ON calls (id) WHERE charge = 'checking';",
    // What came of an answer since it was sent, piece by piece, until it has ended.
    "CREATE TABLE journal (
        id         INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        text       TEXT NOT NULL,
        reasoning  TEXT NOT NULL,
        at         INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX journal_by_message ON journal (message_id);",
    // `shown`: the one that the window shows. `unread`: an answer ended in it since it was last shown.
    // `points`: what its calls cost. The list of all chats tells it, which must not read all calls for that.
    "ALTER TABLE conversations ADD COLUMN shown INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1));
    ALTER TABLE conversations ADD COLUMN unread INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1));
    ALTER TABLE conversations ADD COLUMN points INTEGER NOT NULL DEFAULT 0;
    UPDATE conversations SET points = (
        SELECT coalesce(sum(calls.points), 0) FROM messages JOIN calls ON calls.message_id = messages.id
        WHERE messages.conversation_id = conversations.id);
    CREATE TRIGGER points_of_conversation AFTER UPDATE OF points ON calls WHEN NEW.points IS NOT OLD.points BEGIN
        UPDATE conversations SET points = points + coalesce(NEW.points, 0) - coalesce(OLD.points, 0)
        WHERE id = (SELECT conversation_id FROM messages WHERE id = NEW.message_id);
    END;",
    // What Poe's history says in detail of a row that a call has; `parts` is JSON, label and text as Poe writes them.
    "CREATE TABLE breakdowns (
        query_id TEXT PRIMARY KEY,
        usd      TEXT,
        parts    TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
    // What went wrong, from which its card is made when it is shown. What was here before were finished cards, which it still holds.
    "ALTER TABLE messages RENAME COLUMN card TO incident;",
    // `ledgers`: whose points, one for an account at Poe whatever keys it has; `user` where Poe names it. `positive` and
    // `negative`: how many of its rows tell an amount of that sign, for the sign of most is spending.
    // `history`: every row of Poe's history, for good. `positive` and `negative`: its amounts as Poe told them; `points` what
    // it cost by them. `day`: since 1970, in the zone in force when the row came, and `hour` of it; without a time that can be
    // right they are 0 and -1. `call`, `message`, `conversation`: which of this app's it was, whatever became of those since.
    // `history_spans`: times between which no row is missing; `cursor` leads on from the oldest, `ends`: nothing was listed
    // before.
    // A row that changes settles its call. Sums are kept by triggers, so that no view of them reads the rows. `here`: asked by this app. `chat`: a conversation, or
    // 0; `title`: as poe.com calls its own.
    // `letters`, `marks`, `ideographs`: characters that a call sent, by how many make a token; `sent`: its messages.
    "CREATE TABLE ledgers (
        id       INTEGER PRIMARY KEY AUTOINCREMENT,
        service  TEXT NOT NULL,
        user     TEXT,
        positive INTEGER NOT NULL DEFAULT 0,
        negative INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE UNIQUE INDEX ledgers_by_user ON ledgers (service, user) WHERE user IS NOT NULL;
    CREATE TABLE ledger_keys (
        account TEXT PRIMARY KEY,
        ledger  INTEGER NOT NULL REFERENCES ledgers (id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
        id            INTEGER PRIMARY KEY,
        ledger        INTEGER NOT NULL REFERENCES ledgers (id),
        query_id      TEXT NOT NULL,
        at            INTEGER,
        day           INTEGER NOT NULL,
        hour          INTEGER NOT NULL,
        model         TEXT NOT NULL,
        kind          TEXT NOT NULL,
        source        TEXT NOT NULL,
        positive      INTEGER,
        negative      INTEGER,
        points        INTEGER,
        usd           TEXT,
        input_tokens  INTEGER,
        output_tokens INTEGER,
        parts         TEXT NOT NULL,
        call          INTEGER,
        message       INTEGER,
        conversation  INTEGER,
        project       INTEGER,
        preset        INTEGER,
        UNIQUE (ledger, query_id)
    ) STRICT;
    CREATE INDEX history_by_time ON history (ledger, day, at, id);
    CREATE INDEX history_by_model ON history (ledger, model, day, at, id);
    CREATE INDEX history_by_points ON history (ledger, points, day, model, kind, source, call, id);
    CREATE INDEX history_by_row ON history (query_id);
    CREATE INDEX history_by_chat ON history (conversation, day) WHERE conversation IS NOT NULL;
    CREATE TABLE history_spans (
        id      INTEGER PRIMARY KEY,
        ledger  INTEGER NOT NULL REFERENCES ledgers (id),
        from_at INTEGER NOT NULL,
        to_at   INTEGER NOT NULL,
        cursor  TEXT,
        ends    INTEGER NOT NULL CHECK (ends IN (0, 1))
    ) STRICT;
    CREATE INDEX history_spans_by_ledger ON history_spans (ledger, to_at);
    CREATE TABLE spent_by_day (
        ledger  INTEGER NOT NULL,
        day     INTEGER NOT NULL,
        model   TEXT NOT NULL,
        kind    TEXT NOT NULL,
        source  TEXT NOT NULL,
        here    INTEGER NOT NULL,
        points  INTEGER NOT NULL,
        rows    INTEGER NOT NULL,
        unclear INTEGER NOT NULL,
        PRIMARY KEY (ledger, day, model, kind, source, here)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE spent_by_hour (
        ledger INTEGER NOT NULL,
        day    INTEGER NOT NULL,
        hour   INTEGER NOT NULL,
        points INTEGER NOT NULL,
        rows   INTEGER NOT NULL,
        PRIMARY KEY (ledger, day, hour)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE spent_by_chat (
        ledger INTEGER NOT NULL,
        day    INTEGER NOT NULL,
        chat   INTEGER NOT NULL,
        title  TEXT NOT NULL,
        points INTEGER NOT NULL,
        rows   INTEGER NOT NULL,
        PRIMARY KEY (ledger, day, chat, title)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER history_added AFTER INSERT ON history BEGIN
        INSERT INTO spent_by_day
        VALUES (NEW.ledger, NEW.day, NEW.model, NEW.kind, iif(NEW.kind = 'Chat', '', NEW.source), NEW.call IS NOT NULL,
            coalesce(NEW.points, 0), 1, NEW.points IS NULL)
        ON CONFLICT DO UPDATE SET points = points + excluded.points, rows = rows + 1, unclear = unclear + excluded.unclear;
        INSERT INTO spent_by_hour VALUES (NEW.ledger, NEW.day, NEW.hour, coalesce(NEW.points, 0), 1)
        ON CONFLICT DO UPDATE SET points = points + excluded.points, rows = rows + 1;
        INSERT INTO spent_by_chat
        VALUES (NEW.ledger, NEW.day, coalesce(NEW.conversation, 0), iif(NEW.kind = 'Chat', NEW.source, ''),
            coalesce(NEW.points, 0), 1)
        ON CONFLICT DO UPDATE SET points = points + excluded.points, rows = rows + 1;
        UPDATE ledgers SET positive = positive + (NEW.positive IS NOT NULL), negative = negative + (NEW.negative IS NOT NULL)
        WHERE id = NEW.ledger;
    END;
    CREATE TRIGGER history_removed AFTER DELETE ON history BEGIN
        UPDATE spent_by_day SET points = points - coalesce(OLD.points, 0), rows = rows - 1,
            unclear = unclear - (OLD.points IS NULL)
        WHERE ledger = OLD.ledger AND day = OLD.day AND model = OLD.model AND kind = OLD.kind
            AND source = iif(OLD.kind = 'Chat', '', OLD.source) AND here = (OLD.call IS NOT NULL);
        DELETE FROM spent_by_day WHERE ledger = OLD.ledger AND day = OLD.day AND model = OLD.model AND rows = 0;
        UPDATE spent_by_hour SET points = points - coalesce(OLD.points, 0), rows = rows - 1
        WHERE ledger = OLD.ledger AND day = OLD.day AND hour = OLD.hour;
        DELETE FROM spent_by_hour WHERE ledger = OLD.ledger AND day = OLD.day AND rows = 0;
        UPDATE spent_by_chat SET points = points - coalesce(OLD.points, 0), rows = rows - 1
        WHERE ledger = OLD.ledger AND day = OLD.day AND chat = coalesce(OLD.conversation, 0)
            AND title = iif(OLD.kind = 'Chat', OLD.source, '');
        DELETE FROM spent_by_chat WHERE ledger = OLD.ledger AND day = OLD.day AND rows = 0;
        UPDATE ledgers SET positive = positive - (OLD.positive IS NOT NULL), negative = negative - (OLD.negative IS NOT NULL)
        WHERE id = OLD.ledger;
    END;
    CREATE TRIGGER history_changed AFTER UPDATE OF ledger, day, hour, model, kind, source, positive, negative, points, call,
        conversation ON history BEGIN
        UPDATE spent_by_day SET points = points - coalesce(OLD.points, 0), rows = rows - 1,
            unclear = unclear - (OLD.points IS NULL)
        WHERE ledger = OLD.ledger AND day = OLD.day AND model = OLD.model AND kind = OLD.kind
            AND source = iif(OLD.kind = 'Chat', '', OLD.source) AND here = (OLD.call IS NOT NULL);
        DELETE FROM spent_by_day WHERE ledger = OLD.ledger AND day = OLD.day AND model = OLD.model AND rows = 0;
        UPDATE spent_by_hour SET points = points - coalesce(OLD.points, 0), rows = rows - 1
        WHERE ledger = OLD.ledger AND day = OLD.day AND hour = OLD.hour;
        DELETE FROM spent_by_hour WHERE ledger = OLD.ledger AND day = OLD.day AND rows = 0;
        UPDATE spent_by_chat SET points = points - coalesce(OLD.points, 0), rows = rows - 1
        WHERE ledger = OLD.ledger AND day = OLD.day AND chat = coalesce(OLD.conversation, 0)
            AND title = iif(OLD.kind = 'Chat', OLD.source, '');
        DELETE FROM spent_by_chat WHERE ledger = OLD.ledger AND day = OLD.day AND rows = 0;
        UPDATE ledgers SET positive = positive - (OLD.positive IS NOT NULL), negative = negative - (OLD.negative IS NOT NULL)
        WHERE id = OLD.ledger;
        INSERT INTO spent_by_day
        VALUES (NEW.ledger, NEW.day, NEW.model, NEW.kind, iif(NEW.kind = 'Chat', '', NEW.source), NEW.call IS NOT NULL,
            coalesce(NEW.points, 0), 1, NEW.points IS NULL)
        ON CONFLICT DO UPDATE SET points = points + excluded.points, rows = rows + 1, unclear = unclear + excluded.unclear;
        INSERT INTO spent_by_hour VALUES (NEW.ledger, NEW.day, NEW.hour, coalesce(NEW.points, 0), 1)
        ON CONFLICT DO UPDATE SET points = points + excluded.points, rows = rows + 1;
        INSERT INTO spent_by_chat
        VALUES (NEW.ledger, NEW.day, coalesce(NEW.conversation, 0), iif(NEW.kind = 'Chat', NEW.source, ''),
            coalesce(NEW.points, 0), 1)
        ON CONFLICT DO UPDATE SET points = points + excluded.points, rows = rows + 1;
        UPDATE ledgers SET positive = positive + (NEW.positive IS NOT NULL), negative = negative + (NEW.negative IS NOT NULL)
        WHERE id = NEW.ledger;
    END;
    CREATE TRIGGER history_matched AFTER UPDATE OF query_id ON calls WHEN NEW.query_id IS NOT OLD.query_id BEGIN
        UPDATE history SET call = NEW.id, message = NEW.message_id,
            conversation = (SELECT conversation_id FROM messages WHERE id = NEW.message_id)
        WHERE query_id = NEW.query_id;
    END;
    CREATE TRIGGER history_settled AFTER UPDATE OF points ON history
    WHEN NEW.call IS NOT NULL AND NEW.points IS NOT NULL AND NEW.points IS NOT OLD.points BEGIN
        UPDATE calls SET charge = 'charged', points = NEW.points
        WHERE id = NEW.call AND (NEW.points > 0 OR charge = 'charged');
    END;
    INSERT INTO ledgers (service) SELECT account FROM calls WHERE query_id IS NOT NULL GROUP BY account;
    INSERT INTO ledger_keys SELECT service, id FROM ledgers;
    UPDATE ledgers SET service = rtrim(substr(service, 1, instr(service || ' ', ' ')));
    INSERT INTO history (ledger, query_id, at, day, hour, model, kind, source, positive, negative, points, usd, input_tokens,
        output_tokens, parts, call, message, conversation)
    SELECT ledger, calls.query_id, moment,
        CAST(julianday(date(moment / 1000, 'unixepoch', 'localtime')) - 2440587.5 AS INTEGER),
        CAST(strftime('%H', moment / 1000, 'unixepoch', 'localtime') AS INTEGER), calls.model, 'API', '',
        nullif(coalesce(points, 0) + coalesce(refund, 0), 0), nullif(refund, 0), points, usd, calls.prompt_tokens,
        calls.completion_tokens, coalesce(parts, '[]'), calls.id, message_id, conversation_id
    FROM (SELECT *, coalesce(server_sent_at, sent_at) AS moment FROM calls) AS calls
        JOIN ledger_keys USING (account)
        LEFT JOIN breakdowns ON breakdowns.query_id = calls.query_id
        LEFT JOIN messages ON messages.id = calls.message_id
    WHERE calls.query_id IS NOT NULL;
    DROP TABLE breakdowns;
    ALTER TABLE calls DROP COLUMN refund;
    ALTER TABLE calls ADD COLUMN letters INTEGER;
    ALTER TABLE calls ADD COLUMN marks INTEGER;
    ALTER TABLE calls ADD COLUMN ideographs INTEGER;
    ALTER TABLE calls ADD COLUMN sent INTEGER;",
    // `cache_read`, `cache_written`: tokens of the question that the model's host had kept, and that it keeps for the next one.
    // `cache_saved`: points that the call cost less by that, below 0 where it cost more; `saved`: the same of a whole chat.
    // `cache_refusals`: models whose server refused a request that could be kept, and took the same one elsewhere.
    "ALTER TABLE calls ADD COLUMN cache_read INTEGER;
    ALTER TABLE calls ADD COLUMN cache_written INTEGER;
    ALTER TABLE calls ADD COLUMN cache_saved INTEGER;
    ALTER TABLE conversations ADD COLUMN saved INTEGER NOT NULL DEFAULT 0;
    CREATE TRIGGER saved_in_conversation AFTER UPDATE OF cache_saved ON calls
    WHEN NEW.cache_saved IS NOT OLD.cache_saved BEGIN
        UPDATE conversations SET saved = saved + coalesce(NEW.cache_saved, 0) - coalesce(OLD.cache_saved, 0)
        WHERE id = (SELECT conversation_id FROM messages WHERE id = NEW.message_id);
    END;
    CREATE TABLE cache_refusals (
        server TEXT NOT NULL,
        model  TEXT NOT NULL,
        at     INTEGER NOT NULL,
        PRIMARY KEY (server, model)
    ) STRICT, WITHOUT ROWID;",
    "CREATE TABLE balances (
        ledger INTEGER NOT NULL,
        day    INTEGER NOT NULL,
        at     INTEGER NOT NULL,
        points INTEGER NOT NULL,
        plan   INTEGER,
        addon  INTEGER,
        PRIMARY KEY (ledger, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE levels_told (
        ledger INTEGER NOT NULL,
        level  INTEGER NOT NULL,
        PRIMARY KEY (ledger, level)
    ) STRICT, WITHOUT ROWID;",
    // `burst_told`: when a person was last told that far more than usual is spent outside this app.
    "ALTER TABLE ledgers ADD COLUMN burst_told INTEGER;",
    // `place`: how many messages lead to this one. `shown`: it stands in its chat's thread, which is the way through what was
    // `chosen`. By both, a part of a long thread is read without the rest of it. `reading`: the message at the top of the view
    // when a chat was last left, `reading_at` pixels of it above; none at its end.
    "ALTER TABLE messages ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE messages ADD COLUMN shown INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1));
    WITH RECURSIVE placed (id, place) AS (
        SELECT id, 0 FROM messages WHERE parent_id IS NULL
        UNION ALL SELECT child.id, placed.place + 1 FROM messages AS child JOIN placed ON child.parent_id = placed.id)
    UPDATE messages SET place = placed.place FROM placed WHERE placed.id = messages.id;
    WITH RECURSIVE way (id) AS (
        SELECT (SELECT id FROM messages WHERE conversation_id = conversations.id AND parent_id IS NULL
                ORDER BY chosen DESC, id DESC LIMIT 1) FROM conversations
        UNION SELECT (SELECT child.id FROM messages AS child WHERE child.parent_id = way.id
                ORDER BY child.chosen DESC, child.id DESC LIMIT 1)
            FROM way WHERE way.id IS NOT NULL)
    UPDATE messages SET shown = 1 WHERE id IN way;
    ALTER TABLE conversations ADD COLUMN reading INTEGER;
    ALTER TABLE conversations ADD COLUMN reading_at INTEGER;
    CREATE UNIQUE INDEX messages_shown ON messages (conversation_id, place) WHERE shown = 1;",
    // `place`: the order of the projects. `files` of a project go with each chat of it.
    // `pinned`: above all others, by this. `archived_at`, `deleted_at`: out of the list since then; what is deleted stays in the
    // bin for a while. `answered_at`: when its newest answer ended.
    "CREATE TABLE projects (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        name       TEXT NOT NULL,
        color      TEXT NOT NULL,
        model      TEXT,
        parameters TEXT NOT NULL,
        place      INTEGER NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT;
    ALTER TABLE conversations ADD COLUMN project_id INTEGER REFERENCES projects (id) ON DELETE SET NULL;
    ALTER TABLE conversations ADD COLUMN pinned INTEGER;
    ALTER TABLE conversations ADD COLUMN archived_at INTEGER;
    ALTER TABLE conversations ADD COLUMN deleted_at INTEGER;
    ALTER TABLE conversations ADD COLUMN answered_at INTEGER;
    UPDATE conversations SET answered_at =
        (SELECT max(ended_at) FROM messages WHERE messages.conversation_id = conversations.id);
    CREATE INDEX conversations_by_project ON conversations (project_id);
    CREATE INDEX conversations_in_bin ON conversations (deleted_at) WHERE deleted_at IS NOT NULL;
    ALTER TABLE attachments ADD COLUMN project_id INTEGER REFERENCES projects (id) ON DELETE CASCADE;
    CREATE INDEX attachments_by_project ON attachments (project_id);
    DROP TRIGGER history_matched;
    CREATE TRIGGER history_matched AFTER UPDATE OF query_id ON calls WHEN NEW.query_id IS NOT OLD.query_id BEGIN
        UPDATE history SET call = NEW.id, message = NEW.message_id, (conversation, project) = (
            SELECT conversation_id, project_id FROM messages JOIN conversations ON conversations.id = conversation_id
            WHERE messages.id = NEW.message_id)
        WHERE query_id = NEW.query_id;
    END;",
    // `search_queue`: what the search's index, a file of its own, has not taken in yet: a chat's title (1), a message (2), a file
    // (3), by its id, which may be gone. `change` counts on while it waits. `search_step`: how far the index had come when it last
    // told, as it tells itself; one that says otherwise was made from another file, and is made again.
    "CREATE TABLE search_queue (
        kind   INTEGER NOT NULL,
        source INTEGER NOT NULL,
        change INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (kind, source)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE search_step (
        id   INTEGER PRIMARY KEY CHECK (id = 1),
        step INTEGER NOT NULL
    ) STRICT;
    INSERT INTO search_step VALUES (1, 0);
    CREATE TRIGGER search_title_added AFTER INSERT ON conversations WHEN NEW.title != '' BEGIN
        INSERT INTO search_queue (kind, source) VALUES (1, NEW.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON conversations WHEN NEW.title IS NOT OLD.title BEGIN
        INSERT INTO search_queue (kind, source) VALUES (1, NEW.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_title_deleted AFTER DELETE ON conversations BEGIN
        INSERT INTO search_queue (kind, source) VALUES (1, OLD.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_message_added AFTER INSERT ON messages WHEN NEW.text != '' OR NEW.reasoning != '' BEGIN
        INSERT INTO search_queue (kind, source) VALUES (2, NEW.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_message_changed AFTER UPDATE OF text, reasoning ON messages
    WHEN NEW.text IS NOT OLD.text OR NEW.reasoning IS NOT OLD.reasoning BEGIN
        INSERT INTO search_queue (kind, source) VALUES (2, NEW.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_message_deleted AFTER DELETE ON messages BEGIN
        INSERT INTO search_queue (kind, source) VALUES (2, OLD.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_file_added AFTER INSERT ON attachments WHEN NEW.message_id IS NOT NULL BEGIN
        INSERT INTO search_queue (kind, source) VALUES (3, NEW.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_file_changed AFTER UPDATE OF message_id, name, mime ON attachments
    WHEN NEW.message_id IS NOT NULL BEGIN
        INSERT INTO search_queue (kind, source) VALUES (3, NEW.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;
    CREATE TRIGGER search_file_deleted AFTER DELETE ON attachments WHEN OLD.message_id IS NOT NULL BEGIN
        INSERT INTO search_queue (kind, source) VALUES (3, OLD.id) ON CONFLICT DO UPDATE SET change = change + 1;
    END;",
    // `imports`: what came from another file; until it is `done`, nothing of it shows. `external`: what a chat, message or project is
    // called wherever it goes, so that it comes in once. `grafts`: messages that go on in a chat that was here, under the message
    // `parent_id` of it, once their import is done.
    "CREATE TABLE imports (
        id   INTEGER PRIMARY KEY AUTOINCREMENT,
        at   INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
    ) STRICT;
    ALTER TABLE conversations ADD COLUMN import_id INTEGER REFERENCES imports (id);
    ALTER TABLE conversations ADD COLUMN external TEXT;
    CREATE UNIQUE INDEX conversations_by_external ON conversations (external) WHERE external IS NOT NULL;
    CREATE INDEX conversations_by_import ON conversations (import_id) WHERE import_id IS NOT NULL;
    ALTER TABLE messages ADD COLUMN external TEXT;
    CREATE INDEX messages_by_external ON messages (external) WHERE external IS NOT NULL;
    ALTER TABLE projects ADD COLUMN external TEXT;
    CREATE UNIQUE INDEX projects_by_external ON projects (external) WHERE external IS NOT NULL;
    CREATE TABLE grafts (
        message_id      INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
        conversation_id INTEGER NOT NULL,
        parent_id       INTEGER
    ) STRICT;",
    // `file`: its name in the folder of media, which is what is in it. `media_left`: files that a deletion may have left behind.
    "CREATE TABLE media (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        url        TEXT    NOT NULL,
        kind       TEXT    NOT NULL CHECK (kind IN ('image', 'audio', 'video')),
        mime       TEXT    NOT NULL,
        size       INTEGER NOT NULL,
        width      INTEGER,
        height     INTEGER,
        file       TEXT    NOT NULL,
        kept_at    INTEGER NOT NULL,
        UNIQUE (message_id, url)
    ) STRICT;
    CREATE TABLE media_left (
        file TEXT PRIMARY KEY
    ) STRICT;
    CREATE TRIGGER media_deleted AFTER DELETE ON media BEGIN
        INSERT OR IGNORE INTO media_left (file) VALUES (OLD.file);
    END;",
    // `words`: about how many an answer was asked to have, for that one request. `edited_at`: when somebody last changed its text.
    // `deleted_at`: it stands in the thread without its words, which lie in `deleted_messages` until they are put back, or gone
    // for good.
    "ALTER TABLE messages ADD COLUMN words INTEGER;
    ALTER TABLE messages ADD COLUMN edited_at INTEGER;
    ALTER TABLE messages ADD COLUMN deleted_at INTEGER;
    CREATE TABLE deleted_messages (
        message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
        text       TEXT NOT NULL,
        reasoning  TEXT NOT NULL
    ) STRICT;",
    // `refused_parameters`: values that a server did not take for a parameter which its model declares.
    "CREATE TABLE refused_parameters (
        server TEXT NOT NULL,
        model  TEXT NOT NULL,
        name   TEXT NOT NULL,
        value  TEXT NOT NULL,
        at     INTEGER NOT NULL,
        PRIMARY KEY (server, model, name, value)
    ) STRICT, WITHOUT ROWID;",
    // `compared`: the column of an answer that stands beside others of its question, until one of them is kept. `prompt`: what it
    // was asked with in the place of its question's words.
    "ALTER TABLE messages ADD COLUMN compared INTEGER;
    ALTER TABLE messages ADD COLUMN prompt TEXT;",
    // `prompts`: what a chat can begin with (a preset) and what can be put into a message (a snippet). `key`: what one is called
    // wherever it goes. What is deleted stays for a while, so that it can be put back, and so that what it cost keeps its name.
    // `preset_id`: what a chat began with, or begins with once its draft is sent; the ledger's rows of it name the same.
    "CREATE TABLE prompts (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        key        TEXT NOT NULL UNIQUE,
        kind       TEXT NOT NULL CHECK (kind IN ('preset', 'snippet')),
        name       TEXT NOT NULL,
        text       TEXT NOT NULL,
        model      TEXT,
        parameters TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER
    ) STRICT;
    ALTER TABLE conversations ADD COLUMN preset_id INTEGER REFERENCES prompts (id) ON DELETE SET NULL;
    CREATE INDEX conversations_by_preset ON conversations (preset_id) WHERE preset_id IS NOT NULL;
    ALTER TABLE drafts ADD COLUMN preset_id INTEGER REFERENCES prompts (id) ON DELETE SET NULL;
    CREATE INDEX history_by_preset ON history (ledger, preset, day, at, id, points) WHERE preset IS NOT NULL;
    DROP TRIGGER history_matched;
    CREATE TRIGGER history_matched AFTER UPDATE OF query_id ON calls WHEN NEW.query_id IS NOT OLD.query_id BEGIN
        UPDATE history SET call = NEW.id, message = NEW.message_id, (conversation, project, preset) = (
            SELECT conversation_id, project_id, preset_id
            FROM messages JOIN conversations ON conversations.id = conversation_id
            WHERE messages.id = NEW.message_id)
        WHERE query_id = NEW.query_id;
    END;",
    // `sources`: pages that an answer names, by the numbers that its text has for them. `tool_calls`: what it did or wanted with
    // tools, in order; `done`: the model's host did it.
    "CREATE TABLE sources (
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        number     INTEGER NOT NULL,
        url        TEXT    NOT NULL,
        title      TEXT,
        PRIMARY KEY (message_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tool_calls (
        message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        place      INTEGER NOT NULL,
        name       TEXT    NOT NULL,
        arguments  TEXT    NOT NULL,
        done       INTEGER NOT NULL CHECK (done IN (0, 1)),
        PRIMARY KEY (message_id, place)
    ) STRICT, WITHOUT ROWID;",
    // `temporary`: the message of a temporary chat that a call was for, which is in no file; the chat is what its first bits say.
    "ALTER TABLE calls ADD COLUMN temporary INTEGER;
    CREATE INDEX calls_by_temporary ON calls (temporary) WHERE temporary IS NOT NULL;
    DROP TRIGGER history_matched;
    CREATE TRIGGER history_matched AFTER UPDATE OF query_id ON calls WHEN NEW.query_id IS NOT OLD.query_id BEGIN
        UPDATE history SET call = NEW.id, message = coalesce(NEW.message_id, NEW.temporary), (conversation, project, preset) = (
            SELECT conversation_id, project_id, preset_id
            FROM messages JOIN conversations ON conversations.id = conversation_id
            WHERE messages.id = NEW.message_id
            UNION ALL SELECT NEW.temporary & -1048576, NULL, NULL WHERE NEW.temporary IS NOT NULL)
        WHERE query_id = NEW.query_id;
    END;",
    // `asked_with`: the declared parameters that an answer was asked with, as JSON. `video_id`: what Poe calls the film that an
    // answer waits for or has, so that a restart asks for the same one; `video_from`, `video_how`: the film that it was made from.
    // `film_of`, `film_how`: the answer whose film a draft will be made from.
    "ALTER TABLE messages ADD COLUMN asked_with TEXT;
    ALTER TABLE messages ADD COLUMN video_id TEXT;
    ALTER TABLE messages ADD COLUMN video_from TEXT;
    ALTER TABLE messages ADD COLUMN video_how TEXT CHECK (video_how IN ('remix', 'extend'));
    ALTER TABLE drafts ADD COLUMN film_of INTEGER REFERENCES messages (id) ON DELETE SET NULL;
    ALTER TABLE drafts ADD COLUMN film_how TEXT CHECK (film_how IN ('remix', 'extend'));
    CREATE INDEX drafts_by_film ON drafts (film_of) WHERE film_of IS NOT NULL;",
];

/// Brings the file to the known version, each step whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), LibraryError> {
    loop {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read under the lock: another handle may have taken the step in between.
        let version = user_version(&step)?;
        let Some(migration) = usize::try_from(version).ok().and_then(|index| MIGRATIONS.get(index)) else {
            return Ok(());
        };
        // A step is known to be right: where it does not fit, the file is not what its version says.
        step.execute_batch(migration).map_err(wrong_shape)?;
        step.pragma_update(None, "application_id", APPLICATION_ID)?;
        step.pragma_update(None, "user_version", version + 1)?;
        step.commit()?;
    }
}

pub(super) fn user_version(connection: &Connection) -> Result<i64, LibraryError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
