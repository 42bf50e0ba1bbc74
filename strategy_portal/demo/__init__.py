"""An invented organisation to look around in: people, programs and their data."""

from strategy_portal.demo.building import AlreadyInUse, build

__all__ = ["AlreadyInUse", "build"]
