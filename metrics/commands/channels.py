"""Channels: which programs they serve on which days, their audience, their clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from metrics.models import Channel, ChannelProgram
from people.commands import audit
from people.commands.bell import ring
from people.models import User
from programs.models import Program


class EndsBeforeItStarts(ValueError):
    """The first day outside the program does not lie after the first day in it."""


@dataclass
class AlreadyServes(Exception):
    """Some of the channels serve the program on some of these days already."""

    links: list[ChannelProgram]


@transaction.atomic
def link(
    channels: Sequence[Channel],
    program: Program,
    *,
    starts: date | None,
    ends: date | None,
    by: User,
) -> list[ChannelProgram]:
    """Let channels serve a program from `starts` until the day before `ends`.

    Empty dates mean always. All channels or none: raises EndsBeforeItStarts or
    AlreadyServes.
    """
    _check_order(starts, ends)
    _hold(program)
    _check_free(Q(channel__in=channels, program=program), starts, ends)
    links = ChannelProgram.objects.bulk_create(
        ChannelProgram(channel=channel, program=program, starts=starts, ends=ends)
        for channel in channels
    )
    after = _facts(program, starts, ends)
    for made in links:
        audit.record("link", made.channel, by=by, after=after)
    return links


@transaction.atomic
def change_dates(
    link: ChannelProgram, *, starts: date | None, ends: date | None, by: User
) -> ChannelProgram:
    """Let a channel serve its program on other days.

    Raises EndsBeforeItStarts or AlreadyServes.
    """
    _check_order(starts, ends)
    _hold(link.program)
    held = ChannelProgram.objects.select_related("channel", "program").get(pk=link.pk)
    others = Q(channel=held.channel, program=held.program) & ~Q(pk=held.pk)
    _check_free(others, starts, ends)
    before = _facts(held.program, held.starts, held.ends)
    held.starts, held.ends = starts, ends
    held.save(update_fields=["starts", "ends"])
    after = _facts(held.program, starts, ends)
    audit.record("change link", held.channel, by=by, before=before, after=after)
    return held


@transaction.atomic
def unlink(link: ChannelProgram, *, by: User) -> None:
    """Take a channel out of a program as if it had never served it."""
    before = _facts(link.program, link.starts, link.ends)
    channel = link.channel
    link.delete()
    audit.record("unlink", channel, by=by, before=before)


@transaction.atomic
def set_audience(channels: Sequence[Channel], audience: str, *, by: User) -> int:
    """Say which audience channels reach; empty for none. The number changed."""
    held = Channel.objects.select_for_update(no_key=True).filter(
        pk__in=[c.pk for c in channels]
    )
    changed = [channel for channel in held if channel.audience != audience]
    for channel in changed:
        before, channel.audience = channel.audience, audience
        channel.save(update_fields=["audience"])
        audit.record(
            "set audience",
            channel,
            by=by,
            before={"audience": before},
            after={"audience": audience},
        )
    return len(changed)


@transaction.atomic
def keep_clock(channel: Channel, *, timezone: str, by: User) -> None:
    """Let the channel's days begin in another zone; empty for its source's.

    The recount notices when that is another than before. Raises ValidationError for
    an unknown zone.
    """
    held = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if held.timezone == timezone:
        return
    before, held.timezone = held.timezone, timezone
    held.clean_fields()
    held.save(update_fields=["timezone"])
    after = {"zone": timezone}
    audit.record("keep clock", held, by=by, before={"zone": before}, after=after)
    ring("metrics.tasks.catch_up")


def _hold(program: Program) -> None:
    """One at a time changes which channels serve a program."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)


def _check_order(starts: date | None, ends: date | None) -> None:
    if starts and ends and ends <= starts:
        raise EndsBeforeItStarts


def _check_free(links: Q, starts: date | None, ends: date | None) -> None:
    taken = ChannelProgram.objects.filter(links).select_related("channel")
    if ends:
        taken = taken.filter(Q(starts__isnull=True) | Q(starts__lt=ends))
    if starts:
        taken = taken.filter(Q(ends__isnull=True) | Q(ends__gt=starts))
    if found := list(taken.order_by("channel__name", "pk")):
        raise AlreadyServes(found)


def _facts(program: Program, starts: date | None, ends: date | None) -> dict[str, Any]:
    return {"program": program.pk, "starts": starts, "ends": ends}
