"""What a row of the canonical file must hold, as DuckDB conditions with their words."""

from typing import Final, NamedTuple

TEXT_LIMIT: Final = 200
MOMENT: Final = (
    r"\d{4}-\d{2}-\d{2}"
    r"([Tt ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
    r"([Zz]|[+-](0\d|1[0-4]):?[0-5]\d))?"
)
LOCAL: Final = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?"
DAY: Final = r"\d{4}-\d{2}-\d{2}"
LENGTH: Final = r"\d{1,9}"
TRUE: Final = "('true', 'yes', '1')"
FALSE: Final = "('false', 'no', '0')"


class Rule(NamedTuple):
    """A condition that makes a row bad, the column to blame, and what to do."""

    column: str
    bad_when: str
    message: str


def moment(column: str) -> str:
    """The expression that reads a moment exactly; null when it is not one."""
    return (
        f"case when regexp_full_match({column}, '{MOMENT}') "
        f"then try_cast(upper({column}) as timestamptz) end"
    )


def matches(column: str, pattern: str) -> str:
    """The condition that the whole column has the form of the pattern."""
    return f"regexp_full_match({column}, '{pattern}')"


RULES: Final = (
    Rule("id", "id is null", "id is empty. Every row needs one of its own."),
    Rule("type", "type is null", "type is empty. Write post, reply, reaction, share."),
    Rule(
        "type",
        "kind is null",
        "type is none of post, reply, reaction and share. Correct it.",
    ),
    Rule("published", "published is null", "published is empty. Write the moment."),
    Rule(
        "published",
        f"moment is null and {matches('published', LOCAL)}",
        "published names no time zone. Add the offset, as in "
        "2026-11-23T14:05:00+01:00, or Z for UTC.",
    ),
    Rule(
        "published",
        "moment is null",
        "published is no date of ISO 8601. Write 2026-11-23T14:05:00Z or 2026-11-23.",
    ),
    Rule(
        "published",
        "moment < timestamptz '2000-01-01 00:00:00Z' "
        "or moment >= timestamptz '2100-01-01 00:00:00Z'",
        "published lies outside the years 2000 to 2099. Correct it.",
    ),
    Rule("actor", "actor is null", "actor is empty. Write who did it."),
    Rule(
        "channel",
        "channel is null",
        "channel is empty. Fill it, or name the channel when you upload the file.",
    ),
    Rule(
        "in_reply_to",
        "type = 'reply' and in_reply_to is null and thread is null",
        "A reply needs in_reply_to: the id of what it answers.",
    ),
    Rule(
        "actor_type",
        "actor_type not in ('person', 'bot')",
        "actor_type is neither person nor bot. Correct it or leave it empty.",
    ),
    Rule(
        "text_length",
        f"not {matches('text_length', LENGTH)}",
        "text_length is no whole number of up to nine digits. Write digits only.",
    ),
    Rule(
        "question",
        f"question not in {TRUE} and question not in {FALSE}",
        "question is neither true nor false. Correct it or leave it empty.",
    ),
    Rule(
        "updated",
        "updated is not null and edited is null",
        "updated is no date of ISO 8601 with a time zone. Correct or empty it.",
    ),
    *(
        Rule(
            column,
            f"strlen({column}) > {TEXT_LIMIT}",
            f"{column} is longer than {TEXT_LIMIT} bytes. Shorten it.",
        )
        for column in ("id", "actor", "channel", "in_reply_to", "thread", "target")
    ),
)
