"""The entry of the generator: four feeds with truth into a directory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from generator.context import Context, number_streams
from generator.crm import deliver_contacts
from generator.delivery import Delivery
from generator.emails import UserNames
from generator.layout import CONTACTS, MEMBERS, SHUFFLE_LIMIT, TIMED, TRUTH
from generator.people import Household
from generator.population import Population
from generator.rates import Rates
from generator.seasons import Calendar
from generator.settings import GeneratorError, GeneratorSettings
from generator.social import deliver_posts
from generator.spool import MEMORY_LIMIT, Spool
from generator.store import deliver_store
from generator.truth import Truth
from generator.web import deliver_web
from generator.writing import byte_order_marks, write_landing, write_truth


@dataclass(frozen=True, slots=True)
class GeneratedFeeds:
    """What was generated.

    rows: delivered rows by kind of file (contacts, members, receipts, events, posts).
    keys: keys in the truth by source. seconds: wall time of generating and writing.
    """

    directory: Path
    rows: dict[str, int]
    keys: dict[str, int]
    seconds: float


def generate(
    directory: Path, settings: GeneratorSettings, memory_limit: int = MEMORY_LIMIT
) -> GeneratedFeeds:
    """Writes DIRECTORY/landing/<feed>/dt=YYYY-MM-DD/<file> and DIRECTORY/truth/identities.csv.

    The same settings give the same bytes. memory_limit bounds the characters of finished rows
    held in memory; what is over it goes to temporary files under the directory. Raises
    GeneratorError when the directory already holds feeds.
    """
    _refuse_existing(directory)
    started = time.perf_counter()
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".generating-", dir=directory) as folder:
        calendar = Calendar(settings.first_day, settings.days, settings.later_share)
        spool = Spool(Path(folder), _order_limits(calendar), memory_limit)
        context = _context(settings, calendar, spool)
        for household in Population(settings, context).households():
            _deliver_household(household, context)
        marks = byte_order_marks(context.rng, context.rates, settings.days)
        write_landing(directory, spool, calendar.drop_days(), marks)
        write_truth(directory, spool)
    seconds = time.perf_counter() - started
    return GeneratedFeeds(directory, context.delivery.rows, context.truth.keys, seconds)


def _refuse_existing(directory: Path) -> None:
    for name in ("landing", "truth"):
        if (directory / name).exists():
            raise GeneratorError(
                f"{directory / name} already exists: choose an empty directory or remove it."
            )


def _order_limits(calendar: Calendar) -> dict[str, int]:
    limits = dict.fromkeys(TIMED, calendar.history_seconds + 1)
    return limits | dict.fromkeys((CONTACTS, MEMBERS, TRUTH), SHUFFLE_LIMIT)


def _context(settings: GeneratorSettings, calendar: Calendar, spool: Spool) -> Context:
    rng = Random(f"feeds/{settings.seed}")
    rates = Rates.scaled(settings.noise, settings.later_share)
    return Context(
        rng=rng,
        rates=rates,
        calendar=calendar,
        delivery=Delivery(spool, rng, rates.row_incident, settings.days),
        truth=Truth(spool),
        user_names=UserNames(),
        numbers=number_streams(settings.seed),
    )


def _deliver_household(household: Household, context: Context) -> None:
    for person in household.members:
        deliver_contacts(person, context)
        deliver_store(person, context)
        deliver_posts(person, context)
    deliver_web(household.members, context)
