"""`channels`: what channels there are, where they belong, what covers them."""

from typing import Any

from metrics.reporting.channels import listing
from people.management.base import Verb


class Command(Verb):
    """List channels."""

    help = "List channels with their source, audience and programs."

    def handle(self, *args: Any, **options: Any) -> None:
        channels = listing()
        if self.as_json:
            self.answer({"channels": channels})
            return
        for channel in channels:
            self.stdout.write(f"{channel['channel']}\t{channel['name']}")
