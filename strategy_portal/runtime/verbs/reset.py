"""`reset`: delete an instance with all its data."""

from strategy_portal.runtime import environment, state
from strategy_portal.runtime.console import CannotRun, say
from strategy_portal.runtime.instance import Instance


def reset(instance: Instance, *, sure: bool) -> int:
    """Delete it. Raises CannotRun unless sure, stopped and truly an instance."""
    if not instance.exists:
        say(f"There is no instance in {instance.folder}.")
        return 0
    if state.current(instance):
        raise CannotRun("The portal is up. Stop it first: ./portal stop")
    if not sure:
        raise CannotRun(
            f"This deletes {instance.folder}: database, files, keys, logs. "
            "Make a backup if in doubt, then say: ./portal reset --yes"
        )
    instance.remove()
    say(f"Deleted {instance.folder}.")
    if not environment.embedded_database(environment.given()):
        say("The database that DATABASE_URL names was left as it is.")
    return 0
