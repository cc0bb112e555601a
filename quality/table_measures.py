"""Which numbers are asked of which table, and what they may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from quality.measures import (
    Measure,
    columns,
    misfit_share,
    misfits,
    one_of,
    references,
    unique,
)
from resolution.golden.schema import ATTRIBUTES, CROSSWALK, CUSTOMERS
from resolution.schema import CLUSTERS, CONSTRAINTS, EDGES
from resolution.thresholds import KEEP_EDGE_AT
from sources.event import EVENTS
from sources.record import LINKS, RECORDS

_EMAIL = r"'[^@\s]+@[^@\s]+\.[^@\s]+'"
_E164 = r"'\+[1-9][0-9]{6,14}'"
_ISO_DATE = "'[0-9]{4}-[0-9]{2}-[0-9]{2}'"


def record_measures(sources: Iterable[str]) -> list[Measure]:
    """Identifiers, known sources, normalised forms, keys and references of silver."""
    return [
        columns("records", RECORDS),
        columns("links", LINKS),
        columns("events", EVENTS),
        *_record_forms(sources),
        *_RECORD_KEYS,
    ]


def _record_forms(sources: Iterable[str]) -> list[Measure]:
    return [
        misfits(
            "record_id_form",
            "records",
            _unlike("record_id", "'r[0-9a-f]{24}'"),
            "Another form means another way of making ids.",
        ),
        misfits(
            "known_source",
            "records",
            one_of("source", sources),
            "A source without contract has no trust rank.",
        ),
        misfit_share(
            "record_email_form",
            "records",
            _unlike("emails[1].value", _EMAIL),
            "Addresses that are none link strangers.",
            largest=0.001,
        ),
        misfits(
            "record_phone_form",
            "records",
            _unlike("phones[1].value", _E164),
            "Numbers that are not E.164 don't meet each other.",
        ),
        replace(
            misfit_share(
                "birth_year_range",
                "records",
                "birth_year not between 1900 and 2100",
                "A format was read the wrong way.",
                largest=0.001,
            ),
            severity="warning",
        ),
    ]


def _unlike(column: str, pattern: str) -> str:
    return f"not regexp_full_match({column}, {pattern})"


_RECORD_KEYS = [
    unique("records", ("record_id",)),
    unique("events", ("event_id",)),
    references("links", "left_id", "records", "record_id"),
    references("links", "right_id", "records", "record_id"),
    replace(
        references("events", "record_id", "records", "record_id"),
        severity="warning",
        because="The card of a receipt may be delivered on a later day than the receipt; until"
        " then nobody owns the purchase.",
    ),
]

_HELD_APART = """
select unnest([(l.component_id, r.component_id), (r.component_id, l.component_id)])
from constraints c
join clusters l on l.record_id = c.left_id join clusters r on r.record_id = c.right_id
where c.kind = 'cannot_link'
"""


_EDGE_FORMS = [
    Measure(
        name="edges_out_of_order",
        relation="edges",
        sql="select count(*) from edges where left_id >= right_id",
        because="A pair has one key: the smaller record_id first.",
        maximum=0,
    ),
    Measure(
        name="edges_without_weight",
        relation="edges",
        sql="select count(*) from edges where kind = 'probabilistic'"
        " and (weight is null or model_version is null"
        f" or weight < {KEEP_EDGE_AT} and veto is null)",
        because="A scored pair has a weight and says which model gave it.",
        maximum=0,
    ),
]


_RECORDS_CLUSTERED = Measure(
    name="records_without_cluster",
    relation="clusters",
    sql="select count(*) from records where not deleted"
    " and record_id not in (select record_id from clusters where record_id is not null)",
    because="Every record that is not deleted belongs to somebody.",
    maximum=0,
    keys="select record_id from records where not deleted"
    " and record_id not in (select record_id from clusters where record_id is not null)",
)


_VETOED_TOGETHER = Measure(
    name="vetoed_pairs_together",
    relation="edges",
    sql="select count(*) from edges e join clusters l on l.record_id = e.left_id"
    " join clusters r on r.record_id = e.right_id"
    " where e.veto is not null and l.cluster_id = r.cluster_id",
    because="What one person can't have is not in one cluster.",
    maximum=0,
)


def resolution_measures(start: int, largest_cluster: int) -> list[Measure]:
    """Edges and clusters, by the guard's start weight (milli-bits) and its largest cluster."""
    return [
        columns("constraints", CONSTRAINTS),
        unique("constraints", ("left_id", "right_id")),
        columns("edges", EDGES),
        columns("clusters", CLUSTERS),
        unique("edges", ("left_id", "right_id", "kind")),
        references("edges", "left_id", "clusters", "record_id"),
        references("edges", "right_id", "clusters", "record_id"),
        *_EDGE_FORMS,
        unique("clusters", ("record_id",)),
        _RECORDS_CLUSTERED,
        Measure(
            name="largest_published_cluster",
            relation="clusters",
            sql="select coalesce(max(records), 0) from (select count(*) as records from clusters"
            " where state = 'published' group by cluster_id)",
            because="A larger cluster should have been held.",
            maximum=largest_cluster,
        ),
        Measure(
            name="joined_pairs_apart",
            relation="edges",
            sql="select count(*) from edges e join clusters l on l.record_id = e.left_id"
            " join clusters r on r.record_id = e.right_id"
            f" where (e.weight >= {start} and e.veto is null or e.kind <> 'probabilistic')"
            " and l.component_id <> r.component_id"
            " and 'contradiction' not in (coalesce(l.reason, ''), coalesce(r.reason, ''))"
            f" and (l.component_id, r.component_id) not in ({_HELD_APART})",
            because="What joins lies within one component, unless a decision holds it apart.",
            maximum=0,
        ),
        _VETOED_TOGETHER,
    ]


_CUSTOMER_FORMS = [
    misfits(
        "customer_id_form",
        "customers",
        _unlike("customer_id", "'c[0-9a-f]{24}'"),
        "Ids are an interface for everybody.",
    ),
    misfits(
        "known_state",
        "customers",
        one_of("state", ("published", "held")),
        "Readers filter on it.",
    ),
    misfits(
        "has_records",
        "customers",
        "records < 1",
        "A customer without records is nobody.",
    ),
    misfits(
        "confidence_range",
        "customers",
        "confidence not between 0.5 and 1",
        "Below even odds nothing may be joined.",
    ),
    misfit_share(
        "email_form",
        "customers",
        _unlike("email", _EMAIL),
        "The address is written to.",
        largest=0.001,
    ),
    misfits(
        "birth_date_form",
        "customers",
        _unlike("birth_date", _ISO_DATE),
        "Analysts cast it to a date.",
    ),
    misfits(
        "seen_in_order",
        "customers",
        "last_seen < first_seen",
        "Times were mixed up.",
    ),
]


_CUSTOMERS_EXIST = Measure(
    name="customers_exist",
    relation="customers",
    sql="select count(*) from customers",
    because="Feeds without a single customer were not read as they were meant.",
    minimum=1,
)


_GOLDEN_KEYS = [
    _CUSTOMERS_EXIST,
    columns("customers", CUSTOMERS),
    columns("attributes", ATTRIBUTES),
    columns("crosswalk", CROSSWALK),
    unique("customers", ("customer_id",)),
    unique("attributes", ("customer_id", "attribute")),
    unique("crosswalk", ("record_id",)),
    references("crosswalk", "customer_id", "customers", "customer_id"),
    references("customers", "customer_id", "crosswalk", "customer_id"),
    references("attributes", "customer_id", "customers", "customer_id"),
    references("attributes", "record_id", "crosswalk", "record_id"),
    Measure(
        name="records_unpublished",
        relation="crosswalk",
        sql="select count(*) from identities"
        " where record_id not in (select record_id from crosswalk where record_id is not null)",
        because="Every identified record is in the crosswalk.",
        maximum=0,
    ),
]


def golden_measures(
    largest_held_share: float, largest_customer_drop: float, largest_fill_rate_drop: float
) -> list[Measure]:
    """Keys, references, and change since the last publication (`last_customers`, may be empty)."""
    held = Measure(
        name="held_share",
        relation="crosswalk",
        sql="select coalesce(avg((state = 'held')::int), 0) from crosswalk",
        because="So many doubtful records mean a broken feed or model, not doubtful people.",
        maximum=largest_held_share,
    )
    drop = Measure(
        name="customers_lost_share",
        relation="customers",
        sql="select coalesce(1 - (select count(*) from customers)"
        " / nullif((select count(*) from last_customers), 0), 0)",
        because="So many customers don't vanish in a night.",
        maximum=largest_customer_drop,
    )
    return [
        *_GOLDEN_KEYS,
        *_CUSTOMER_FORMS,
        held,
        drop,
        *[_fill_rate(column, largest_fill_rate_drop) for column in ("email", "phone", "full_name")],
    ]


def _fill_rate(column: str, largest_drop: float) -> Measure:
    """How many points the column's fill rate fell since the last publication."""
    rate = "(select avg(({0} is not null)::int) from {1})"
    return Measure(
        name=f"{column}_fill_rate_drop",
        relation="customers",
        sql=f"select coalesce({rate.format(column, 'last_customers')}"
        f" - {rate.format(column, 'customers')}, 0)",
        because=f"{column} is filled much less often than last time.",
        severity="warning",
        maximum=largest_drop,
    )
