"""Who is on duty: each program of a running portal, in the order of starting."""

import signal
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from strategy_portal.runtime import environment, postgres, valkey
from strategy_portal.runtime.binaries import account_for, find_binaries, reachable
from strategy_portal.runtime.child import Child
from strategy_portal.runtime.instance import CHECKOUT, Instance
from strategy_portal.runtime.postgres import Cluster
from strategy_portal.runtime.processes import MARK

THREADS = "8"
WORKERS = "2"


def cluster_of(instance: Instance, sockets: Path) -> Cluster:
    """The instance's PostgreSQL. Raises CannotRun when no fitting binaries are here."""
    account = account_for(instance.database)
    return Cluster(
        binaries=reachable(find_binaries(instance.database), account),
        data=instance.database,
        sockets=sockets,
        account=account,
        durable=not instance.throwaway,
    )


def postgres_child(instance: Instance, cluster: Cluster) -> Child:
    """The database. Interrupting it is its fast and orderly stop."""

    def make_and_heal() -> None:
        postgres.make_cluster(cluster)
        postgres.heal(cluster)

    return Child(
        name="postgres",
        command=cluster.command,
        environment=postgres.plain_environment(),
        log=instance.logs / "postgres.log",
        folder=Path("/"),
        works=lambda: postgres.answers(cluster),
        before=make_and_heal,
        after=lambda: postgres.make_roles(cluster),
        account=cluster.account,
        stop_signal=signal.SIGINT,
        last_signal=signal.SIGINT,
        patience=60.0,
    )


def valkey_child(instance: Instance, sockets: Path) -> Child:
    """The cache and the bell."""
    return Child(
        name="valkey",
        command=valkey.command(
            valkey.find_binary(), instance.folder / "valkey", sockets
        ),
        environment=postgres.plain_environment() | {MARK: str(instance.folder)},
        log=instance.logs / "valkey.log",
        folder=instance.folder,
        works=lambda: valkey.answers(sockets),
    )


def portal_children(
    instance: Instance, variables: dict[str, str], bind: str
) -> list[Child]:
    """The web server, the worker and the clock."""
    # The worker gives running tasks a few seconds, then drops what PostgreSQL will
    # hand out again. Without a supervisor its broker is gone too: no use in waiting.
    worker = portal_child(
        instance, "worker", worker_command(), variables | {"REMAP_SIGTERM": "SIGQUIT"}
    )
    worker.last_signal = signal.SIGKILL
    return [
        portal_child(instance, "web", web_command(bind), variables),
        worker,
        portal_child(instance, "beat", beat_command(instance), variables),
    ]


def portal_child(
    instance: Instance, name: str, command: list[str | Path], variables: dict[str, str]
) -> Child:
    """One of our own programs."""
    return Child(
        name=name,
        command=command,
        environment=variables | {MARK: str(instance.folder)},
        log=instance.logs / f"{name}.log",
        folder=CHECKOUT,
        patience=30.0,
    )


def web_command(bind: str) -> list[str | Path]:
    """gunicorn with threads: a page waits on the database, not on the processor."""
    return environment.python(
        "-m",
        "gunicorn",
        "strategy_portal.wsgi:application",
        f"--bind={bind}",
        "--worker-class=gthread",
        "--workers=1",
        f"--threads={THREADS}",
        "--timeout=120",
        "--graceful-timeout=10",
        "--no-control-socket",
        "--access-logfile=-",
    )


def worker_command() -> list[str | Path]:
    """Two processes for imports and recounts."""
    return environment.python(
        "-m",
        "celery",
        "--app=strategy_portal",
        "worker",
        "--pool=prefork",
        f"--concurrency={WORKERS}",
        "--without-gossip",
        "--without-mingle",
        "--loglevel=INFO",
    )


def beat_command(instance: Instance) -> list[str | Path]:
    """The clock. It keeps no pid file: after a crash that would stop it for ever."""
    return environment.python(
        "-m",
        "celery",
        "--app=strategy_portal",
        "beat",
        f"--schedule={instance.folder / 'beat'}",
        "--pidfile=",
        "--loglevel=INFO",
    )


def web_answers(port: int, host: str) -> bool:
    """Whether the web server and its database answer for this host name."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    # Django itself sends people on to HTTPS, where that is all it serves.
    return status in {HTTPStatus.OK, HTTPStatus.MOVED_PERMANENTLY}
