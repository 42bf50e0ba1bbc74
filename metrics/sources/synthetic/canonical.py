"""Write an invented community as a canonical event file."""

import shutil
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.sources.reading import ItemKind
from metrics.sources.synthetic import words
from metrics.sources.synthetic.community import Community

SLICE: Final = 1_000_000
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
    events = _events(community)
    order = np.argsort(events["moment"])
    parameters = {
        "bot": community.plan.bot,
        "channels": [words.channel(n) for n in range(community.plan.channels)],
    }
    slice_path = path.with_suffix(".part")
    with duckdb.connect(config={"threads": 2}) as database, path.open("wb") as file:
        for start in range(0, len(order), SLICE):
            chosen = order[start : start + SLICE]
            part = {name: column[chosen] for name, column in events.items()}
            database.register("events", part)
            rows = database.sql(ROWS, params=parameters)
            rows.write_csv(str(slice_path), header=start == 0, sep=",")
            with slice_path.open("rb") as written:
                shutil.copyfileobj(written, file)
    slice_path.unlink(missing_ok=True)


def _events(community: Community) -> dict[str, NDArray[Any]]:
    """Messages, then reactions, as columns of numbers; -1 is nothing answered."""
    messages, reactions = community.messages, community.reactions
    number, given = len(messages), len(reactions.at)
    ids = np.arange(number + given, dtype=np.int32)
    is_reply = messages.root != ids[:number]
    on = reactions.message
    message_kind = np.where(is_reply, ItemKind.REPLY, ItemKind.POST)
    reaction_kind = np.full(given, ItemKind.REACTION)
    return {
        "id": ids,
        "kind": _joined(message_kind, reaction_kind),
        "moment": np.append(messages.at, reactions.at),
        "actor": _joined(messages.author, reactions.giver),
        "channel": _joined(messages.channel, messages.channel[on]),
        "answered": _joined(np.where(is_reply, messages.root, -1), on),
        "root": _joined(messages.root, messages.root[on]),
        "target": _joined(messages.author[messages.root], messages.author[on]),
        "length": _joined(messages.length, np.zeros(given)),
        "asks": np.append(messages.asks, np.zeros(given, bool)),
    }


def _joined(messages: NDArray[Any], reactions: NDArray[Any]) -> NDArray[np.int32]:
    return np.append(messages.astype(np.int32), reactions.astype(np.int32))
