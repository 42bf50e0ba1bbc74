"""What no reviewer should have to remember."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parents[2]
APPS = ("people", "programs", "metrics", "strategy_portal")
GATES = {"visible_to", "editable_by"}

# Open because whoever uses them cannot be signed in yet, or is a machine that asks
# whether the portal is up.
OPEN_TO_ALL = {
    "healthz",
    "account_login",
    "account_logout",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
    "account_request_login_code",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_signup",
    "people:enter",
    "people:set_up",
}


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            if entry.namespace != "admin":
                yield from routes(entry.url_patterns, inner)
        else:
            yield f"{space}{entry.name}", entry


ALL = dict(routes())


@pytest.mark.parametrize("name", ALL)
def test_every_route_needs_a_login_unless_it_is_listed_here(name: str) -> None:
    needs_login = getattr(ALL[name].callback, "login_required", True)
    assert needs_login is (name not in OPEN_TO_ALL)


def views() -> Iterator[Path]:
    for app in APPS:
        for pattern in ("views.py", "operations.py", "views/**/*.py"):
            yield from (path.relative_to(ROOT) for path in (ROOT / app).glob(pattern))


@pytest.mark.parametrize("path", [*views()], ids=str)
def test_views_reach_rows_only_through_a_gate(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text())
    parents = {c: p for p in ast.walk(tree) for c in ast.iter_child_nodes(p)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            after = parents[node]
            assert isinstance(after, ast.Attribute), node.lineno
            assert after.attr in GATES, f"line {node.lineno}: .{after.attr}"


def test_environment_is_documented() -> None:
    readers = {"env", "env_bool", "env_int", "env_list"}
    used = {
        node.args[0].value
        for node in ast.walk(
            ast.parse((ROOT / "strategy_portal/settings.py").read_text())
        )
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in readers
        and isinstance(node.args[0], ast.Constant)
    }
    listed = {
        line.split("=")[0].lstrip("# ")
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "=" in line and " " not in line.split("=")[0].lstrip("# ")
    }
    assert used <= listed


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text().splitlines())) > 300
    }
    assert not long


@pytest.mark.parametrize("folder", ["templates", "static/js"])
def test_no_page_needs_an_inline_script_or_style(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.html"):
        text = path.read_text()
        assert "<script>" not in text, path
        assert "<style" not in text, path
        assert ' style="' not in text, path
        assert " onclick=" not in text, path
        assert "|safe" not in text, path
