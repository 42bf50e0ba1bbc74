"""The demo organisation: believable, the same for the same day, and never mixed in."""

from datetime import date

import pytest

from people.models import User
from programs.models import Program
from strategy_portal.demo import AlreadyInUse, build
from strategy_portal.demo.cast import CAST, DOMAIN
from tests.factories import make_user
from tests.metrics.verbs import answer, figures

DAY = date(2026, 11, 23)

# Loads renew their lease over a second connection, which must see the imports.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_has_its_cast_its_programs_and_its_numbers() -> None:
    assert build(on=DAY, seed=1)
    emails = set(User.objects.values_list("email", flat=True))
    assert emails == {f"{part.address}@{DOMAIN}" for part in CAST}
    assert all(program.memberships.count() == 4 for program in Program.objects.all())
    for program in Program.objects.all():
        found = figures("--program", program.slug)
        assert found["posts"]["value"] > 300
        assert 0.2 < found["response_rate"]["value"] < 0.9
    assert answer("catch_up")["left"] == 0
    voices = answer("measure", "posts", "--program", "customer-voices")
    assert voices["measures"][0]["points"][0]["end"] == "2026-11-07"
    assert not build(on=DAY, seed=1)


def test_an_instance_in_use_is_left_alone() -> None:
    make_user("ada@example.org")
    with pytest.raises(AlreadyInUse):
        build(on=DAY, seed=1)
    assert not Program.objects.exists()
