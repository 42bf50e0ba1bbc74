"""Threads are rebuilt from their events, so the order of arrival does not matter."""

from typing import Final

from django.db import connection, transaction

from people.models import Organisation

BATCH: Final = 100_000

COLUMNS: Final = [
    "thread_key",
    "channel_id",
    "day",
    "posted_at",
    "author_id",
    "by_human",
    "timed",
    "first_human_at",
    "first_human_id",
    "first_any_at",
    "first_any_id",
    "starter_last_at",
    "replies",
    "text_length",
    "is_question",
]

# Marks are taken away in a statement of their own, before the events are read: a mark
# committed meanwhile stays for the next round.
_TAKE = """
    WITH taken AS (
        DELETE FROM metrics_dirtythread WHERE id IN (
            SELECT id FROM metrics_dirtythread ORDER BY id LIMIT %s)
        RETURNING thread_key)
    INSERT INTO touched SELECT DISTINCT thread_key FROM taken
"""

# Analysed before it is joined with itself: a fresh table has no statistics, and a plan
# made without them took minutes for one export.
_TALK: Final = """
    CREATE TEMPORARY TABLE talk ON COMMIT DROP AS
    SELECT e.thread_key, e.event_key, e.occurred_at, e.kind, e.channel_id, e.account_id,
           e.flags, e.text_length, coalesce(a.number, a.id) AS person,
           NOT coalesce(a.is_bot_override, a.is_bot) OR a.official AS human
    FROM touched
    JOIN metrics_event e USING (thread_key)
    JOIN metrics_account a ON a.id = e.account_id
    WHERE e.kind IN (1, 2)
"""

# A response is the earliest reply by another, at or after the post. The same person
# under two linked accounts is one; a bot answers only in the population of all.
_REBUILD: Final = """
    CREATE TEMPORARY TABLE rebuilt ON COMMIT DROP AS
    WITH
    post AS (
        SELECT DISTINCT ON (thread_key) * FROM talk WHERE kind = 1
        ORDER BY thread_key, event_key),
    answer AS (
        SELECT r.*, r.person <> p.person AND r.occurred_at >= p.occurred_at AS responds,
               r.person = p.person AS own
        FROM talk r JOIN post p USING (thread_key) WHERE r.kind = 2),
    outcome AS (
        SELECT thread_key, count(*) AS replies,
               min(occurred_at) FILTER (WHERE responds AND human) AS first_human_at,
               (array_agg(account_id ORDER BY occurred_at, event_key)
                   FILTER (WHERE responds AND human))[1] AS first_human_id,
               min(occurred_at) FILTER (WHERE responds) AS first_any_at,
               (array_agg(account_id ORDER BY occurred_at, event_key)
                   FILTER (WHERE responds))[1] AS first_any_id,
               max(occurred_at) FILTER (WHERE own) AS starter_last_at,
               bool_and(flags & 2 = 0) AS timed
        FROM answer GROUP BY thread_key)
    SELECT p.thread_key, p.channel_id,
           (p.occurred_at AT TIME ZONE coalesce(
               nullif(c.timezone, ''), nullif(s.timezone, ''), %s))::date AS day,
           p.occurred_at AS posted_at, p.account_id AS author_id, p.human AS by_human,
           p.flags & 2 = 0 AND coalesce(o.timed, true) AS timed,
           o.first_human_at, o.first_human_id, o.first_any_at, o.first_any_id,
           o.starter_last_at, coalesce(o.replies, 0)::int AS replies,
           p.text_length, p.flags & 1 = 1 AS is_question
    FROM post p
    JOIN metrics_channel c ON c.id = p.channel_id
    JOIN metrics_source s ON s.id = c.source_id
    LEFT JOIN outcome o USING (thread_key)
"""

_FRESH = f"""
    CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
    SELECT thread_key FROM touched
    LEFT JOIN rebuilt n USING (thread_key) LEFT JOIN metrics_thread o USING (thread_key)
    WHERE ({", ".join(f"n.{name}" for name in COLUMNS)})
        IS DISTINCT FROM ({", ".join(f"o.{name}" for name in COLUMNS)})
"""  # noqa: S608

# Where an author becomes known or another, the ties of the replies change too.
_MARK_DAYS = """
    INSERT INTO metrics_dirtyday (channel_id, day)
    SELECT channel_id, day FROM metrics_thread JOIN fresh USING (thread_key)
    UNION SELECT channel_id, day FROM rebuilt JOIN fresh USING (thread_key)
    UNION SELECT e.channel_id, (e.occurred_at AT TIME ZONE coalesce(
              nullif(c.timezone, ''), nullif(s.timezone, ''), %s))::date
          FROM metrics_event e
          JOIN fresh USING (thread_key)
          JOIN metrics_channel c ON c.id = e.channel_id
          JOIN metrics_source s ON s.id = c.source_id
          LEFT JOIN metrics_thread o USING (thread_key)
          LEFT JOIN rebuilt n USING (thread_key)
          WHERE e.kind = 2 AND e.target_id = 0
            AND o.author_id IS DISTINCT FROM n.author_id
"""

_REPLACE = (
    "DELETE FROM metrics_thread USING fresh"
    " WHERE metrics_thread.thread_key = fresh.thread_key",
    f"INSERT INTO metrics_thread ({', '.join(COLUMNS)})"  # noqa: S608
    f" SELECT {', '.join(COLUMNS)} FROM rebuilt JOIN fresh USING (thread_key)",
)


@transaction.atomic
def rebuild_some() -> int:
    """Rebuild marked threads and mark the days whose facts they change.

    The number of threads looked at; 0 when no mark was left.
    """
    zone = Organisation.current().timezone
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recount'))")
        # Within a larger transaction those of the round before are still there.
        cursor.execute(
            "DROP TABLE IF EXISTS pg_temp.touched, pg_temp.talk, pg_temp.rebuilt,"
            " pg_temp.fresh"
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE touched (thread_key bigint) ON COMMIT DROP"
        )
        cursor.execute(_TAKE, [BATCH])
        looked_at = int(cursor.rowcount)
        if looked_at:
            cursor.execute("ANALYZE touched")
            cursor.execute(_TALK)
            cursor.execute("ANALYZE talk")
            cursor.execute(_REBUILD, [zone])
            cursor.execute("ANALYZE rebuilt")
            cursor.execute(_FRESH)
            cursor.execute(_MARK_DAYS, [zone])
            for statement in _REPLACE:
                cursor.execute(statement)
        return looked_at
