"""Rows for tests, made with as little as each needs. Others extend this file."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.apps import apps
from django.db import models

from people.models import Person, Role, Unit, User
from programs.models import Program

LONG_AGO = date(2020, 1, 1)
NOW = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)
PASSWORD = "harbour seven lantern"

_numbers = count(1)


def make_unit(name: str = "", **facts: Any) -> Unit:
    """A unit with a name of its own."""
    return Unit.objects.create(name=name or f"Unit {next(_numbers)}", **facts)


def make_person(name: str = "", *, roles: tuple[str, ...] = (), **facts: Any) -> Person:
    """A person who has held these roles for long."""
    number = next(_numbers)
    facts.setdefault("email", f"person{number}@example.org")
    person = Person.objects.create(name=name or f"Person {number}", **facts)
    for kind in roles:
        Role.objects.create(person=person, kind=kind, starts=LONG_AGO)
    return person


def make_user(
    email: str = "", *, roles: tuple[str, ...] = (), password: str = "", **facts: Any
) -> User:
    """A login of a person who has held these roles for long."""
    person = facts.pop("person", None) or make_person(roles=roles)
    user = User(email=email or person.email, name=person.name, person=person, **facts)
    user.set_password(password or None)
    user.save()
    return user


def make_program(slug: str = "", **facts: Any) -> Program:
    """A program for the intranet, unless other audiences are named."""
    slug = slug or f"program-{next(_numbers)}"
    if not {"intranet", "extranet", "social"} & facts.keys():
        facts["intranet"] = True
    facts.setdefault("name", slug.replace("-", " ").capitalize())
    return Program.objects.create(slug=slug, **facts)


def history(model: type[models.Model]) -> "models.QuerySet[Any]":
    """The rows that the database itself keeps of a model's past."""
    name = f"{model.__name__}Event"
    events: models.QuerySet[Any] = apps.get_model(
        model._meta.app_label, name
    )._default_manager.all()
    return events
