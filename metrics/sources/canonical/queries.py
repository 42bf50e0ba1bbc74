"""The SQL that checks a part of the canonical file and turns it into columns."""

from collections.abc import Iterator
from typing import Final

from metrics.sources import keys
from metrics.sources.canonical.header import COLUMNS, Header
from metrics.sources.canonical.rules import DAY, RULES, TRUE, matches, moment
from metrics.sources.reading import DAY_ONLY, QUESTION, ItemKind

LOWERED: Final = ("type", "actor_type", "question")

KINDS: Final = " ".join(
    f"when '{kind.name.lower()}' then {kind.value}" for kind in ItemKind
)
PROBLEM: Final = " ".join(
    f"when {rule.bad_when} then {number}" for number, rule in enumerate(RULES)
)
KEY: Final = keys.sql("$space", "'event'", "id")
THREAD: Final = keys.sql("$space", "'thread'", "root")
DESCRIPTIONS: Final = {
    "actor_name": "coalesce(actor_name, '') as actor_name",
    "actor_type": "coalesce(actor_type = 'bot', false) as is_bot",
    "channel_name": "coalesce(channel_name, '') as channel_name",
}
BAD: Final = f"""
select line, problem, {", ".join(COLUMNS)}
from part where problem is not null order by line
"""  # noqa: S608 - our own constants only


def good(header: Header) -> str:
    """The rows that can be taken, and what they say of actors and channels."""
    said = [said for name, said in DESCRIPTIONS.items() if name in header.names]
    return f"""
    select
        kind::smallint as kind,
        epoch_us(moment) as "at",
        {KEY} as key,
        {THREAD} as thread,
        actor,
        coalesce(target, '') as target,
        channel,
        coalesce(text_length, '0')::integer as length,
        (if(question in {TRUE}, {QUESTION}, 0)
            + if({matches("published", DAY)}, {DAY_ONLY}, 0))::smallint as flags,
        coalesce(epoch_us(edited), 0) as version,
        {", ".join(said)}
    from part where problem is null
    """  # noqa: S608 - our own constants only


def checked(header: Header, channel: str) -> str:
    """The statement that makes the view `part` of what was spooled.

    Each row has the number of the first rule it breaks as `problem`, else null.
    """
    columns = ", ".join(_columns(header, channel))
    return f"""
    create or replace temp view part as
    select *, case {PROBLEM} end as problem from (
        select *,
            case type {KINDS} end as kind,
            {moment("published")} as moment,
            {moment("updated")} as edited,
            case type
                when 'post' then id
                when 'reply' then coalesce(thread, in_reply_to)
                else coalesce(thread, in_reply_to, id)
            end as root
        from (select {columns} from spooled)
    )
    """  # noqa: S608 - our own constants, and the channel as a literal


def _columns(header: Header, channel: str) -> Iterator[str]:
    yield "line::bigint as line"
    for name in COLUMNS:
        value = f"nullif({_trimmed(f'nfc_normalize({name})')}, '')"
        value = value if name in header.names else "null::varchar"
        value = f"lower({value})" if name in LOWERED else value
        if name == "channel":
            value = f"coalesce({value}, {_literal(channel)})"
        yield f"{value} as {name}"


def _trimmed(text: str) -> str:
    # Three times as fast as trim alone, because few values need it.
    return f"if(prefix({text}, ' ') or suffix({text}, ' '), trim({text}), {text})"


def _literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"nullif('{doubled}', '')"
