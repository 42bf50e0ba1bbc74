"""What the engagement dashboard costs: prints one JSON object.

    DATABASE_URL=… PORTAL_DATA=DIR SECRET_KEY=… python bench/page.py --events 1000000

Fills an empty database with a synthetic community of that size, then asks for the page
as a strategist: cold (nothing kept), prepared (the worker has answered, nothing is
drawn), kept (drawn before), unchanged (the browser has it). CPU is that of the web
process alone, the median of nine requests. Latencies come from a real server, one
request at a time, beside its health check as the smallest page there is.
"""

import argparse
import gzip
import http.client
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strategy_portal.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from metrics.models import DayFact  # noqa: E402
from metrics.reporting.dashboards import prepare  # noqa: E402
from people.models import Organisation, Person, Role, User  # noqa: E402
from people.rules.roles import STRATEGIST_SOCIAL  # noqa: E402

PAGE: Final = "/engagement/"
HEALTH: Final = "/healthz"
REPEATS: Final = 9
REQUESTS: Final = 60
EMAIL: Final = "bench@example.org"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not DayFact.objects.exists():
        fill(options.events)
    browser = signed_in()
    print(json.dumps(costs(browser) | {"latency_ms": latencies(browser)}, indent=2))  # noqa: T201


def fill(events: int) -> None:
    """Load a synthetic community."""
    with tempfile.TemporaryDirectory() as folder:
        shape = {"platform": "canonical", "events": events, "days": 365, "seed": 7}
        quiet = {"stdout": io.StringIO()}
        call_command("make_export", out=Path(folder), people=3000, **shape, **quiet)
        call_command("ingest", folder, source="bench", **quiet)


def signed_in() -> Client:
    """A strategist's browser."""
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        person = Person.objects.create(name="Bench", email=EMAIL)
        Role.objects.create(
            person=person, kind=STRATEGIST_SOCIAL, starts=date(2020, 1, 1)
        )
        user = User.objects.create(email=EMAIL, name="Bench", person=person)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def costs(browser: Client) -> dict[str, Any]:
    """CPU and queries of each way the page is answered, and its size."""
    page = browser.get(PAGE)
    etag = page.headers["ETag"]
    return {
        "days": DayFact.objects.count(),
        "html_gzip_bytes": len(gzip.compress(page.content)),
        "cold": measured(forget, lambda: browser.get(PAGE)),
        "prepared": measured(forget_and_prepare, lambda: browser.get(PAGE)),
        "kept": measured(nothing, lambda: browser.get(PAGE)),
        "unchanged": measured(
            nothing, lambda: browser.get(PAGE, headers={"if-none-match": etag})
        ),
    }


def nothing() -> None:
    """Leave everything as it is."""


def forget() -> None:
    """Empty the cache, but for the organisation that every page of the portal reads."""
    cache.clear()
    Organisation.current()


def forget_and_prepare() -> None:
    """What the worker leaves behind after a recount."""
    forget()
    prepare()


def measured(before: Callable[[], None], ask: Callable[[], Any]) -> dict[str, Any]:
    """Median CPU of the process in ms, and queries, of one request."""
    times, queries = [], 0
    for _repeat in range(REPEATS):
        before()
        with CaptureQueriesContext(connection) as captured:
            start = time.process_time()
            ask()
            times.append((time.process_time() - start) * 1000)
        queries = len(captured)
    return {"cpu_ms": round(statistics.median(times), 1), "queries": queries}


def latencies(browser: Client) -> dict[str, Any]:
    """p50 and p95 of the page and of the health check on one server."""
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    with server() as port:
        found = {
            path: percentiles([timed(port, path, headers) for _n in range(REQUESTS)])
            for path in (HEALTH, PAGE)
        }
    ratio = found[PAGE]["p50"] / found[HEALTH]["p50"]
    return {"health": found[HEALTH], "page": found[PAGE], "p50_ratio": round(ratio, 1)}


@contextmanager
def server() -> Iterator[int]:
    """A web server as the portal runs it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = ["gunicorn", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *command, "strategy_portal.wsgi"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Until the server answers; raises OSError after half a minute."""
    for _attempt in range(300):
        try:
            timed(port, HEALTH, {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise OSError(f"no server on port {port}")


def timed(port: int, path: str, headers: dict[str, str]) -> float:
    """Milliseconds until the whole answer is there."""
    start = time.perf_counter()
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    asked.request("GET", path, headers=headers)
    asked.getresponse().read()
    asked.close()
    return (time.perf_counter() - start) * 1000


def percentiles(times: list[float]) -> dict[str, float]:
    """The middle, and what 95 of 100 stay below."""
    cuts = statistics.quantiles(times, n=20)
    return {"p50": round(statistics.median(times), 1), "p95": round(cuts[-1], 1)}


if __name__ == "__main__":
    main()
