"""Invented people, channels and phrases."""

from typing import Final

FIRST: Final = """
    Ada Amara Anouk Arjun Beatriz Bram Chidi Clara Dalia Dario Elif Emre Fatou Felix
    Greta Hiro Ines Ivo Jamila Jonas Kaia Kofi Lena Luca Mara Mateo Nadia Noor Oskar
    Paloma Quinn Rana Ruben Sana Tariq Uma Viktor Wanda Yusuf Zoe
""".split()  # noqa: SIM905 - words read better than a list of literals
LAST: Final = """
    Abara Almeida Becker Bianchi Castell Dahl Duarte Eriksen Fontaine Gallo Haddad
    Ibarra Jansen Kaya Keller Lindqvist Moreau Mwangi Nakano Novak Okafor Orsini
    Petrov Quintero Rahman Rossi Sandberg Silva Tanaka Tembo Urbina Vasquez Weiss
    Yilmaz
""".split()  # noqa: SIM905 - words read better than a list of literals
CHANNELS: Final = """
    general ideas help announcements product customers design engineering marketing
    sales people-team random data security learning events research support-desk
    launch field-notes
""".split()  # noqa: SIM905 - words read better than a list of literals
PHRASES: Final = (
    "Here is the draft from this morning.",
    "The pilot group has started.",
    "I added the figures to the page.",
    "Thanks, that helps a lot.",
    "We tried this in the spring and it worked.",
    "The workshop moves to Thursday.",
    "Please have a look before the meeting.",
    "I will follow up with the team.",
    "The new guide is online.",
    "Good point, let us change it.",
)


def person(number: int) -> str:
    """The name of a person, with a number once the names are used up."""
    first = FIRST[number % len(FIRST)]
    last = LAST[number * 7 // len(FIRST) % len(LAST)]
    again = number // (len(FIRST) * len(LAST))
    return f"{first} {last} {again + 1}" if again else f"{first} {last}"


def channel(number: int) -> str:
    """The name of a channel, with a number once the names are used up."""
    again = number // len(CHANNELS)
    name = CHANNELS[number % len(CHANNELS)]
    return f"{name}-{again + 1}" if again else name


def text(number: int, length: int, *, asks: bool) -> str:
    """A text of about this length; it ends with a question mark when it asks."""
    pieces: list[str] = []
    size = 0
    while size < length:
        pieces.append(PHRASES[(number + len(pieces)) % len(PHRASES)])
        size += len(pieces[-1]) + 1
    whole = " ".join(pieces)[: max(2, length)].rstrip()
    return f"{whole[:-1]}?" if asks else whole
