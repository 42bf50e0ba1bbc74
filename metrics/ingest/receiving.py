"""A file comes in: it is kept, written down as work, and the bell is rung."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from metrics.models import Import, Source
from people.commands import audit
from people.commands.bell import ring
from people.models import User
from programs.models import Program

CHUNK: Final = 1 << 20
NAME_LENGTH: Final = 200
NEVER: Final = (1980, 1, 1, 0, 0, 0)  # the zip format's first moment


class Refused(ValueError):
    """The file cannot be received; the message says why and what to do."""


@dataclass(frozen=True)
class Hints:
    """What the uploader says of a file: all of it may be empty."""

    platform: str = ""
    channel: str = ""
    audience: str = ""
    program: Program | None = None


NO_HINTS: Final = Hints()


@transaction.atomic
def receive(
    content: IO[bytes],
    *,
    name: str,
    source: Source,
    by: User | None,
    hints: Hints = NO_HINTS,
) -> tuple[Import, bool]:
    """Keep the file and queue its import; the import, and whether it is a new one.

    The same bytes are taken once: the earlier import is answered. Raises Refused for
    an empty file.
    """
    sha256, size = _measure(content)
    if size == 0:
        raise Refused(_("The file “%(name)s” is empty.") % {"name": name})
    # One at a time per source: a second upload of the same bytes waits here. Not for
    # a running import, whose new accounts refer to the source's key.
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    earlier = _taken(source, sha256)
    if earlier is not None:
        return earlier, False
    job = Import(
        source=source,
        name=_plain_name(name),
        size=size,
        sha256=sha256,
        platform=hints.platform,
        channel_name=hints.channel,
        audience=hints.audience,
        program=hints.program,
        by=by,
    )
    job.file.save(f"imports/{sha256[:2]}/{sha256}", File(content), save=False)
    job.save()
    audit.record(
        "receive", job, by=by, after={"file": job.name, "sha256": sha256, "bytes": size}
    )
    ring("metrics.tasks.catch_up")
    return job, True


def _plain_name(name: str) -> str:
    """The uploader's name for the file, without folders and signs that do not print."""
    printable = "".join(sign for sign in Path(name).name if sign.isprintable())
    return printable[-NAME_LENGTH:] or _("Unnamed file")


def _taken(source: Source, sha256: str) -> Import | None:
    statuses = [Import.Status.QUEUED, Import.Status.LOADED]
    return Import.objects.filter(
        source=source, sha256=sha256, status__in=statuses
    ).first()


def _measure(content: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := content.read(CHUNK):
        digest.update(block)
        size += len(block)
    content.seek(0)
    return digest.hexdigest(), size


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], str]]:
    """A file, or a folder as the ZIP it would be, and its name.

    The ZIP of a folder is the same bytes each time. Raises Refused when there is
    nothing at the path.
    """
    if path.is_dir():
        with NamedTemporaryFile(suffix=".zip") as packed:
            _pack(path, packed)
            packed.seek(0)
            yield packed, f"{path.resolve().name}.zip"
    elif path.is_file():
        with path.open("rb") as content:
            yield content, path.name
    else:
        raise Refused(_("There is no file or folder at %(path)s.") % {"path": path})


def _pack(folder: Path, target: IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in sorted(folder.rglob("*")):
            if member.is_file() and not member.is_symlink():
                entry = zipfile.ZipInfo(member.relative_to(folder).as_posix(), NEVER)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, member.read_bytes())
