"""The frame, the components and the rules that hold for every template."""

import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from people.screens import figures

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"
PAGES = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
SHEETS = ("tokens", "base", "components")


class Upload(forms.Form):
    name = forms.CharField(help_text="As it stands <there>.")
    zone = forms.ChoiceField(choices=[("UTC", "UTC")], required=False)
    keep = forms.BooleanField(required=False)
    audience = forms.ChoiceField(choices=[("i", "Intranet")], widget=forms.RadioSelect)


def component(which: str, /, **values: object) -> str:
    return render_to_string(f"components/{which}.html", values)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_says_first_what_it_takes(path):
    assert re.match(r"\{# .+ #\}\n", path.read_text())


@pytest.mark.parametrize(
    "path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_carries_no_style_and_no_script_of_its_own(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_the_stylesheets_keep_their_budget():
    sheets = [STATIC / "css" / f"{name}.css" for name in SHEETS]
    packed = sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets)
    assert packed <= 12 * 1024


def test_the_scripts_are_small_and_few():
    scripts = sorted((STATIC / "js").glob("*.js"))
    assert all(len(script.read_text().splitlines()) < 60 for script in scripts)
    assert (
        sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= 10 * 1024
    )


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_nothing_and_leads_home(status):
    page = render_to_string(f"{status}.html")
    assert '<html lang="en">' in page
    assert page.count("<h1>") == 1
    assert '<a class="btn primary" href="/">' in page


def portal(**values: object) -> SimpleNamespace:
    frame = {"name": "Halden Group", "demo": False, "theme": "system"}
    return SimpleNamespace(**frame | {"shortcuts": False, "navigation": []} | values)


def signed_out(**values: object) -> str:
    context = {"portal": portal(**values), "user": AnonymousUser(), "messages": []}
    return render_to_string("base.html", context | {"csrf_token": "token"})


def test_a_visitor_sees_no_navigation_and_no_menu():
    page = signed_out()
    assert "<nav" not in page
    assert "<details" not in page
    assert "Skip to content" in page


def test_the_system_decides_the_theme_unless_somebody_did():
    assert "data-theme" not in signed_out()
    assert '<html lang="en" data-theme="dark">' in signed_out(theme="dark")


def test_the_demo_says_that_it_is_one():
    assert ">Demo</span>" in signed_out(demo=True)
    assert ">Demo</span>" not in signed_out()


def test_single_keys_are_off_unless_switched_on():
    assert "data-shortcuts" not in signed_out()
    assert 'data-shortcuts="on"' in signed_out(shortcuts=True)


def test_an_invalid_form_lists_its_errors_with_links_to_the_fields():
    html = component("fields", form=Upload({"zone": "UTC"}))
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert 'role="alert"' in html


def test_a_field_is_described_by_its_help_and_its_error():
    html = component("field", field=Upload({})["name"])
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    assert described[1].split() == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert "As it stands &lt;there&gt;." in html


def test_a_field_that_may_stay_empty_says_so():
    assert "(optional)" in component("field", field=Upload()["zone"])
    assert "(optional)" not in component("field", field=Upload()["name"])


def test_choices_stand_in_a_fieldset_with_a_legend():
    assert "<legend>Audience</legend>" in component("field", field=Upload()["audience"])


def test_a_form_without_errors_has_no_summary():
    assert "alert" not in component("errors", form=Upload())


def progress(**values: object) -> str:
    work = {"label": "Import", "done": 12, "total": 30, "percent": 40}
    return component("progress", **work | {"text": "12 of 30", "url": "/p"} | values)


def test_progress_tells_count_and_share_while_it_runs():
    html = progress()
    assert 'max="30" value="12"' in html
    assert "12 of 30" in html
    assert 'data-poll="/p"' in html


def test_progress_of_unknown_length_gives_no_share():
    html = progress(total=None)
    assert "value=" not in html
    assert "%" not in html


def test_progress_that_ended_asks_no_more():
    assert "data-poll" not in progress(url="")


def tile(figure: figures.Figure, change: figures.Change | None = None) -> str:
    values = {"name": "Posts", "url": "/posts", "figure": figure, "change": change}
    return component("tile", **values, spark="")


def test_a_tile_opens_and_speaks_its_verdict():
    html = tile(figures.figure(12, "count"), figures.change(12, 8, "count", "up"))
    assert '<a href="/posts">Posts</a>' in html
    assert '<span class="unseen">better</span>' in html


def test_a_tile_without_a_figure_gives_the_reason_instead_of_a_change():
    html = tile(figures.figure(None, "count", "not_covered"))
    assert "No figure" in html
    assert "No import covers this period" in html
    assert "<b" not in html
