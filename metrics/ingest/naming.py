"""From the names in a file to the rows of channels and accounts, under pseudonyms."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from metrics.models import Account, Channel, ChannelProgram, Import, Source
from metrics.sources.reading import AccountSeen, ChannelSeen

LOOKUP: Final = 5_000


def pseudonym(source: Source, external_id: str, key: str) -> str:
    """128 bits of HMAC-SHA256 over source and account: stable, and not reversible."""
    message = f"{source.slug}\n{external_id}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:32]


@dataclass
class Names:
    """The rows behind a reading's lists, looked up or made as the lists grow."""

    job: Import
    channels: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    accounts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    changed: list[int] = field(default_factory=list)
    learnt: list[AccountSeen] = field(default_factory=list)

    def learn_channels(self, seen: Sequence[ChannelSeen]) -> None:
        """Know the channels that the reading has met since the last time."""
        new = seen[len(self.channels) :]
        if not new:
            return
        self._make_channels(new)
        known = self._known_channels(new)
        self._rename(new, known)
        keys = [known[one.external_id].pk for one in new]
        self.channels = np.append(self.channels, np.array(keys, np.int64))

    def _make_channels(self, seen: Sequence[ChannelSeen]) -> None:
        known = self._known_channels(seen)
        Channel.objects.bulk_create(
            [
                Channel(
                    source=self.job.source,
                    external_id=one.external_id,
                    name=one.name,
                    audience=self.job.audience,
                )
                for one in seen
                if one.external_id not in known
            ],
            ignore_conflicts=True,
        )

    def _known_channels(self, seen: Sequence[ChannelSeen]) -> dict[str, Channel]:
        names = [one.external_id for one in seen]
        found = Channel.objects.filter(source=self.job.source, external_id__in=names)
        return {channel.external_id: channel for channel in found}

    def _rename(
        self, seen: Sequence[ChannelSeen], known: Mapping[str, Channel]
    ) -> None:
        """Take over what the file says anew.

        Only changed rows are written: a row that is written stays locked until the
        import is loaded, and whoever maps or counts the channel would wait for it.
        """
        stale = []
        for one in seen:
            channel = known[one.external_id]
            audience = self.job.audience or channel.audience
            if (channel.name, channel.audience) != (one.name, audience):
                channel.name, channel.audience = one.name, audience
                stale.append(channel)
        Channel.objects.bulk_update(stale, ["name", "audience"])

    def learn_accounts(self, seen: Sequence[AccountSeen]) -> None:
        """Know the accounts that the reading has met since the last time."""
        while new := seen[len(self.accounts) : len(self.accounts) + LOOKUP]:
            keys = self._rows(new)
            self.accounts = np.append(self.accounts, np.array(keys, np.int64))
            self.learnt += new

    def relearn_accounts(self, seen: Sequence[AccountSeen]) -> None:
        """Take over what later rows of the file have said of accounts met before."""
        told = [one for one, then in zip(seen, self.learnt, strict=True) if one != then]
        for first in range(0, len(told), LOOKUP):
            self._rows(told[first : first + LOOKUP])

    def _rows(self, seen: Sequence[AccountSeen]) -> list[int]:
        """The keys of the accounts; unknown ones are made, changed ones updated."""
        source = self.job.source
        names = [self._known_pseudonyms(one) for one in seen]
        stored = {
            account.pseudonym: account
            for account in Account.objects.filter(
                source=source, pseudonym__in=[name for every in names for name in every]
            )
        }
        found = [
            next((stored[name] for name in every if name in stored), None)
            for every in names
        ]
        made = Account.objects.bulk_create(
            {
                every[0]: self._new(one, every[0])
                for one, every, account in zip(seen, names, found, strict=True)
                if account is None
            }.values()
        )
        stored |= {account.pseudonym: account for account in made}
        rows = [
            account or stored[every[0]]
            for every, account in zip(names, found, strict=True)
        ]
        self._update(seen, rows)
        return [account.pk for account in rows]

    def _known_pseudonyms(self, seen: AccountSeen) -> list[str]:
        return [
            pseudonym(self.job.source, seen.external_id, key)
            for key in settings.PSEUDONYM_KEYS
        ]

    def _new(self, seen: AccountSeen, name: str) -> Account:
        return Account(
            source=self.job.source,
            pseudonym=name,
            name=self._shown(seen),
            is_bot=seen.is_bot,
        )

    def _shown(self, seen: AccountSeen) -> str:
        return seen.name[:200] if self.job.source.named else ""

    def _update(self, seen: Sequence[AccountSeen], rows: Sequence[Account]) -> None:
        """Take over what the file says anew; whose nature changed is counted again."""
        stale = []
        for one, account in zip(seen, rows, strict=True):
            is_bot = _is_bot(one, account)
            name = self._shown(one) or account.name
            if (account.is_bot, account.name) == (is_bot, name):
                continue
            if account.is_bot != is_bot:
                self.changed.append(account.pk)
            account.is_bot, account.name = is_bot, name
            stale.append(account)
        Account.objects.bulk_update(stale, ["is_bot", "name"], batch_size=LOOKUP)

    def learn_members(self, seen: Sequence[AccountSeen]) -> None:
        """Take the file's member list, when it has one, as the newest."""
        if all(one.listed is None for one in seen):
            return
        listed = [
            int(key) for key, one in zip(self.accounts, seen, strict=True) if one.listed
        ]
        Account.objects.filter(source=self.job.source, listed=True).exclude(
            pk__in=listed
        ).update(listed=False)
        Account.objects.filter(pk__in=listed, listed=False).update(listed=True)

    def link_to_program(self) -> None:
        """Channels that serve no program yet serve the one named with the file."""
        if self.job.program is None:
            return
        free = Channel.objects.filter(pk__in=self.channels.tolist(), links__isnull=True)
        ChannelProgram.objects.bulk_create(
            ChannelProgram(channel=channel, program=self.job.program)
            for channel in free
        )


def _is_bot(seen: AccountSeen, account: Account) -> bool:
    """A file without a member list cannot say that a known bot is a person."""
    return seen.is_bot or (account.is_bot and seen.listed is None)
