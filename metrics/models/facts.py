"""What is derived from events. All of it can be thrown away and rebuilt."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from metrics.models.sources import Channel, Source


class Population(models.TextChoices):
    """Whose activity counts."""

    HUMAN = "human", _("People")
    ALL = "all", _("People and bots")


class DirtyDay(models.Model):
    """A mark: this day of this channel must be counted again.

    Marks are added freely and taken away before the events are read, so that what
    arrives meanwhile leaves a mark of its own.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, db_index=False)
    day = models.DateField()
    marked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.channel_id} {self.day}"


class DirtyThread(models.Model):
    """A mark: this thread must be looked at again."""

    thread_key = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.thread_key)


class Thread(models.Model):
    """A post and how it was answered, rebuilt from the thread's events."""

    thread_key = models.BigIntegerField(primary_key=True)
    channel = models.ForeignKey(Channel, models.CASCADE, db_index=False)
    day = models.DateField()
    posted_at = models.DateTimeField()
    author_id = models.BigIntegerField()
    by_human = models.BooleanField()
    timed = models.BooleanField()
    # The earliest reply by another, at or after the post: by people, and by anyone.
    first_human_at = models.DateTimeField(null=True)
    first_human_id = models.BigIntegerField(null=True)
    first_any_at = models.DateTimeField(null=True)
    first_any_id = models.BigIntegerField(null=True)
    starter_last_at = models.DateTimeField(null=True)
    replies = models.IntegerField()
    text_length = models.IntegerField()
    is_question = models.BooleanField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index("channel", "day", name="thread_by_channel_day"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.posted_at:%Y-%m-%d %H:%M}"


class DayFact(models.Model):
    """Additive numbers of one channel on one day in its own time zone."""

    pk = models.CompositePrimaryKey("channel_id", "day", "population")
    channel = models.ForeignKey(Channel, models.CASCADE, db_index=False)
    day = models.DateField()
    population = models.CharField(max_length=5, choices=Population)
    posts = models.IntegerField()
    replies = models.IntegerField()
    reactions = models.IntegerField()
    shares = models.IntegerField()
    answered = models.IntegerField()
    dialogues = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.channel_id} {self.day} {self.population}"


class PeopleSets(models.Model):
    """Who was active, who wrote how much, who answered whom, and at which hours.

    `active` is a serialised roaring bitmap of 32-bit person numbers. `ties` is pairs
    replier × 2³² + author as uint64, in order. `writers` is pairs of uint32 (person,
    posts and replies). `hours` is 7 × 24 uint32 counts, Monday first. `grain` is day,
    week or month: those unite their days, so that a long window needs few rows.
    """

    grain = models.CharField(max_length=5)
    start = models.DateField()
    population = models.CharField(max_length=5, choices=Population)
    active = models.BinaryField()
    writers = models.BinaryField()
    ties = models.BinaryField()
    hours = models.BinaryField()

    class Meta:
        abstract = True


class ChannelPeople(PeopleSets):
    """The sets of one channel; its days are what all other sets are united from."""

    pk = models.CompositePrimaryKey("channel_id", "grain", "start", "population")
    channel = models.ForeignKey(Channel, models.CASCADE, db_index=False)

    def __str__(self) -> str:
        return f"{self.channel_id} {self.grain} {self.start} {self.population}"


class SourcePeople(PeopleSets):
    """The unions of all channels of a source, each on its own clock."""

    pk = models.CompositePrimaryKey("source_id", "grain", "start", "population")
    source = models.ForeignKey(Source, models.CASCADE, db_index=False)

    def __str__(self) -> str:
        return f"{self.source_id} {self.grain} {self.start} {self.population}"
