"""What must hold of ids: each record has one, none is used twice, every change has a cause."""

from __future__ import annotations

from quality.measures import Measure, columns, misfits, one_of, references, unique
from resolution.golden.schema import CROSSWALK_HISTORY, IDENTIFIER_RESOLUTION, IDENTITY_HISTORY
from resolution.history import KINDS_OF_CHANGE
from resolution.schema import IDENTITIES

_WRONG_SUMS = """
select record_id from (
    select record_id, arg_max(to_id, struct_pack(publication, step)) as summed from (
        select unnest(records) as record_id, coalesce(to_id, '') as to_id, publication, step
        from history
    ) group by record_id
) full join identities using (record_id)
where nullif(summed, '') is distinct from customer_id
"""

_WITHOUT = """
select record_id from clusters
where record_id not in (select record_id from identities where record_id is not null)
"""

_TOGETHER = """
select left_id from constraints
join identities l on l.record_id = left_id join identities r on r.record_id = right_id
where kind = 'cannot_link' and l.customer_id = r.customer_id
"""

_PARTED = """
select left_id from constraints
join identities l on l.record_id = left_id join identities r on r.record_id = right_id
where kind = 'must_link' and l.customer_id <> r.customer_id
  and 'held' not in (l.state, r.state)
"""

_REUSED = """
select to_id from history where kind in ('birth', 'split')
group by to_id having count(distinct founder) > 1 or count(distinct publication) > 1
"""

IDENTITY_MEASURES = [
    columns("identities", IDENTITIES),
    columns("history", IDENTITY_HISTORY),
    columns("identifiers", IDENTIFIER_RESOLUTION),
    columns("periods", CROSSWALK_HISTORY),
    unique("identities", ("record_id",)),
    unique("identifiers", ("customer_id",)),
    Measure(
        name="records_without_customer",
        relation="identities",
        sql=f"select count(*) from ({_WITHOUT})",
        because="Every record that has a cluster has a customer.",
        maximum=0,
        keys=_WITHOUT,
    ),
    references("identities", "record_id", "clusters", "record_id"),
    misfits(
        "changes_without_cause",
        "history",
        "cause is null",
        "An id changes for a reason that can be told, or not at all.",
    ),
    misfits(
        "known_kinds",
        "history",
        one_of("kind", KINDS_OF_CHANGE),
        "Readers of the change feed filter on it.",
    ),
    Measure(
        name="cannot_links_broken",
        relation="identities",
        sql=f"select count(*) from ({_TOGETHER})",
        because="Stewards win: what they hold apart is never one customer.",
        maximum=0,
        keys=_TOGETHER,
    ),
    Measure(
        name="must_links_broken",
        relation="identities",
        sql=f"select count(*) from ({_PARTED})",
        because="Stewards win: what they hold together is one customer, but for what is held.",
        maximum=0,
        keys=_PARTED,
    ),
    Measure(
        name="history_does_not_add_up",
        relation="history",
        sql=f"select count(*) from ({_WRONG_SUMS})",
        because="All changes since the first, added up, are the customers of today.",
        maximum=0,
        keys=_WRONG_SUMS,
    ),
    Measure(
        name="ids_used_twice",
        relation="history",
        sql=f"select count(*) from ({_REUSED})",
        because="Whoever kept an id must never find another person under it.",
        maximum=0,
        keys=_REUSED,
    ),
    Measure(
        name="ids_that_lead_nowhere",
        relation="identifiers",
        sql="select count(distinct to_id) from history where to_id is not null"
        " and to_id not in (select customer_id from identifiers where customer_id is not null)",
        because="An old id resolves for ever.",
        maximum=0,
    ),
]


def upgrade_churn(publication: str, largest: float) -> Measure:
    """Share of the candidate's records that another model, rule or release gave another customer.

    Such a publication is made on unchanged input, so every one of these ids changed for nothing
    that a person or a source did. A person decides whether it is worth it.
    """
    moved = (
        "select distinct unnest(records) as record_id from history"
        f" where publication = '{publication}' and cause in ('model', 'rule')"
        " and from_id is not null and to_id is not null"
    )
    return Measure(
        name="upgrade_churn",
        relation="history",
        sql=f"select coalesce((select count(*) from ({moved}))"
        " / nullif((select count(*) from identities), 0), 0)",
        because="Whoever keeps ids must not lose many at once to another model or rule.",
        severity="holding",
        maximum=largest,
        keys=moved,
    )
