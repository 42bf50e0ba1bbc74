"""Write an invented community as a canonical event file."""

from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np

from metrics.sources.reading import ItemKind
from metrics.sources.synthetic import words
from metrics.sources.synthetic.community import Community

KINDS: Final = " ".join(
    f"when {kind.value} then '{kind.name.lower()}'" for kind in ItemKind
)
ROWS: Final = f"""
select
    'e' || id as id,
    case kind {KINDS} end as type,
    strftime(make_timestamp(moment), '%Y-%m-%dT%H:%M:%S.%fZ') as published,
    'p' || actor as actor,
    if(actor = $bot, 'bot', 'person') as actor_type,
    'c' || channel as channel,
    channel_names[channel + 1] as channel_name,
    if(answered < 0, null, 'e' || answered) as in_reply_to,
    if(answered < 0, null, 'e' || root) as thread,
    if(answered < 0, null, 'p' || target) as target,
    if(length = 0, null, length) as text_length,
    if(length = 0, null, asks) as question
from events, (select $channels::varchar[] as channel_names)
order by moment
"""  # noqa: S608 - our own constants only


def write_canonical(path: Path, community: Community) -> None:
    """Write the community as CSV, oldest event first; the file is replaced."""
    with duckdb.connect(config={"threads": 2}) as database:
        database.register("events", _events(community))
        parameters = {
            "bot": community.plan.bot,
            "channels": [words.channel(n) for n in range(community.plan.channels)],
        }
        rows = database.sql(ROWS, params=parameters)
        rows.write_csv(str(path), header=True, sep=",")


def _events(community: Community) -> dict[str, Any]:
    """Messages, then reactions, as columns of numbers; -1 is nothing answered."""
    messages, reactions = community.messages, community.reactions
    number, given = len(messages), len(reactions.at)
    ids = np.arange(number + given)
    is_reply = messages.root != ids[:number]
    kind = np.where(is_reply, ItemKind.REPLY, ItemKind.POST)
    on = reactions.message
    return {
        "id": ids,
        "kind": np.append(kind, np.full(given, ItemKind.REACTION)),
        "moment": np.append(messages.at, reactions.at),
        "actor": np.append(messages.author, reactions.giver),
        "channel": np.append(messages.channel, messages.channel[on]),
        "answered": np.append(np.where(is_reply, messages.root, -1), on),
        "root": np.append(messages.root, messages.root[on]),
        "target": np.append(messages.author[messages.root], messages.author[on]),
        "length": np.append(messages.length, np.zeros(given, np.int64)),
        "asks": np.append(messages.asks, np.zeros(given, bool)),
    }
