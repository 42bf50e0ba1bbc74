"""Which platform a file comes from, told by what is in it."""

from typing import Final, Protocol

from metrics.sources import canonical, slack
from metrics.sources.package import Package
from metrics.sources.reading import Options, Reading, Unreadable, shown


class Adapter(Protocol):
    """A module that reads one platform's exports."""

    @property
    def KEY(self) -> str: ...  # noqa: N802

    @property
    def LABEL(self) -> str: ...  # noqa: N802

    def recognises(self, package: Package) -> str | None:
        """The name of the format when it is of this platform, else None."""

    def read(self, package: Package, options: Options) -> Reading:
        """Start reading; Unreadable when the file as a whole cannot be taken."""


# The canonical file comes last: it recognises columns that others may also have.
ADAPTERS: Final[list[Adapter]] = [slack, canonical]
SEEN_NAMED: Final = 5
BEGINNING: Final = 120


def adapter(key: str) -> Adapter:
    """The adapter of a platform; Unreadable when there is none of this name."""
    for module in ADAPTERS:
        if key == module.KEY:
            return module
    raise Unreadable(f"There is no platform “{key}”. Known: {_known()}.")


def choose(package: Package, platform: str = "") -> tuple[Adapter, str]:
    """The adapter that reads a package and the format it is in.

    With a platform named, the file must look like it: Unreadable says what it looks
    like instead, or what was seen in a file that nothing recognises.
    """
    wanted = [adapter(platform)] if platform else ADAPTERS
    for module in wanted:
        if found := module.recognises(package):
            return module, found
    for module in ADAPTERS:
        if module.recognises(package):
            raise Unreadable(
                f"{package.name} is not an export of {wanted[0].LABEL}: it looks like "
                f"{module.LABEL}. Choose {module.LABEL}, or leave the platform open.",
                where=package.name,
            )
    raise Unreadable(
        f"{package.name} is of no kind that can be read. Known: {_known()}. Seen in "
        f"it: {_seen(package)}.",
        where=package.name,
    )


def _known() -> str:
    return ", ".join(f"{module.LABEL} ({module.KEY})" for module in ADAPTERS)


def _seen(package: Package) -> str:
    """The names of the files, or how the only one begins."""
    names = package.names
    if len(names) == 1:
        with package.open(names[0]) as stream:
            first_line = stream.read(BEGINNING).split(b"\n", 1)[0]
        return (
            f"{names[0]}, which begins “{shown(first_line.decode(errors='replace'))}”"
        )
    more = len(names) - SEEN_NAMED
    unnamed = f" and {more} more files" if more > 0 else ""
    return ", ".join(names[:SEEN_NAMED]) + unnamed
