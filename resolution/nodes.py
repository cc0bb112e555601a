"""From records to nodes: what certain links hold together is compared as one.

`build_nodes` takes two relations of a DuckDB connection: `records` (silver.records) and `links`
(silver.links). It leaves `members` (record_id, node, representative), `nodes` (the features that
the model compares and those that vetoes ask for) and `hubs` (values that many strangers share).
`UNHUBBED` and `FEATURES` are SELECTs of their own, because the tasks of the Spark engine run them,
too.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from resolution.judgements.constraints import Constraints
from resolution.judgements.relations import UNDECIDED, apart_pairs, joined_records
from resolution.thresholds import HUB_FAMILIES, HUB_NODES, RARE_NAME_NODES
from resolution.vetoes import GENERATION

ARRAYS = ("emails", "logins", "phones")

CERTAIN_LINKS = """
create or replace temp table certain_links as
select links.left_id, any_value(links.right_id) as right_id, min(links.kind) as kind
from links
join active as linked on linked.record_id = links.left_id
join active as owner on owner.record_id = links.right_id
-- A steward knows better than the source that linked them.
where struct_pack(l := least(links.left_id, links.right_id),
                  r := greatest(links.left_id, links.right_id))
    not in (select struct_pack(l := left_id, r := right_id) from cannot_links)
group by links.left_id
-- A cookie on which two people logged in is certain for neither.
having count(distinct links.right_id) = 1
"""

KNOWN_MUST_LINKS = """
create or replace temp table known_must_links as
select min(record_id) over (partition by person) as left_id, record_id as right_id
from must_links join active using (record_id)
qualify left_id <> right_id
"""
"""Every record that decisions hold to others, tied to the smallest of those that are there."""

LOGINS = """
list_filter(
    list_transform(
        list_concat(
            coalesce(list_transform(emails, lambda e: split_part(e.mailbox, '@', 1)), []),
            case when handle is null then [] else [lower(handle)] end
        ),
        lambda login: regexp_replace(login, '[^a-z0-9]', '', 'g')
    ),
    lambda login: length(login) >= 6
)
"""
"""A record's log-in names: local parts of its mailboxes and its handle, letters and digits only."""

NAME = "struct_pack(name_key, name_keys, name_han, name_family, name_given, name_roots)"
ADDRESS = "struct_pack(postcode, address_key, city := lower(trim(city)))"
MAILBOXES = "coalesce(list_transform(emails, lambda e: e.mailbox), [])"
NUMBERS = "coalesce(list_transform(phones, lambda p: p.national), [])"

NAME_LETTERS = """
case when length(name.name_given) > 1 then list_sort(list_distinct(list_filter(
    list_concat(
        list_transform(name.name_keys, lambda k: replace(k, ' ', '')),
        list_transform(
            name.name_keys, lambda k: array_to_string(list_reverse(string_split(k, ' ')), '')
        )
    ),
    lambda letters: length(letters) >= 6
))) end
"""
"""What people make log-in names of: given and family name in both orders and all spellings."""

INITIAL_LETTERS = """
list_filter(
    [
        name.name_given[1] || replace(name.name_family, ' ', ''),
        replace(name.name_family, ' ', '') || name.name_given[1]
    ],
    lambda letters: length(letters) >= 5
)
"""

LOGIN_LETTERS = """
list_sort(list_distinct(list_filter(
    list_transform(logins, lambda login: regexp_replace(login, '[0-9]', '', 'g')),
    lambda letters: length(letters) >= 5
)))
"""

TELLS_MORE = (
    "lambda login: not list_contains(coalesce(name_letters, []), login)"
    " and not list_contains(coalesce(initial_letters, []), login)"
)
"""Whether a log-in name says more than its bearer's name: all who are called Jane Stone may be
janestone somewhere, and counted beside the name it made strangers of one name one person."""

UNHUBBED = f"""
with alone as (select node from linked group by node having count(*) = 1),
known as (
select
    node,
    case when name_key is not null then {NAME} end as name,
    birth_date, birth_year, birth_date as only_birth_date, birth_year as only_birth_year,
    generation as only_generation, gender,
    case when sole_source is not null then [sole_source] end as sole_sources,
    case when coalesce(postcode, address_key, city) is not null then {ADDRESS} end as address,
    list_distinct({MAILBOXES}) as emails,
    list_distinct({NUMBERS}) as phones,
    list_distinct({LOGINS}) as logins
from linked
where node in (select node from alone)
union all by name
select
    node,
    arg_max(
        {NAME},
        struct_pack(
            full := name_family is not null and name_given is not null,
            long := length(name_key), last_seen, record_id
        )
    ) filter (where name_key is not null) as name,
    arg_max(birth_date, struct_pack(last_seen, record_id))
        filter (where birth_date is not null) as birth_date,
    arg_max(birth_year, struct_pack(whole := birth_date is not null, last_seen, record_id))
        filter (where birth_year is not null) as birth_year,
    case when min(birth_date) = max(birth_date) then min(birth_date) end as only_birth_date,
    case when min(birth_year) = max(birth_year) then min(birth_year) end as only_birth_year,
    case when min(generation) = max(generation) then min(generation) end as only_generation,
    case when min(gender) = max(gender) then min(gender) end as gender,
    list_sort(list_distinct(list(sole_source) filter (where sole_source is not null)))
        as sole_sources,
    arg_max(
        {ADDRESS},
        struct_pack(
            street := address_key is not null, code := postcode is not null,
            last_seen, record_id
        )
    ) filter (where coalesce(postcode, address_key, city) is not null) as address,
    list_distinct(flatten(list({MAILBOXES})))
        as emails,
    list_distinct(flatten(list({NUMBERS})))
        as phones,
    list_distinct(flatten(list({LOGINS}))) as logins
from linked
where node not in (select node from alone)
group by node
)
select * exclude (logins), list_filter(logins, {TELLS_MORE}) as logins
from (
    select *, {NAME_LETTERS} as name_letters, {INITIAL_LETTERS} as initial_letters,
        {LOGIN_LETTERS} as login_letters
    from known
)
"""
"""What is known of each node, by `linked` (node and the columns of its records, each with its
`generation` and `sole_source`). `only_` values are those that no record of the node gainsays. Three
of four nodes are one record, and to aggregate those too took 6 s of a million records instead of 3.
"""

HUBS = """
create or replace temp table hubs as
select kind, value, count(*) as nodes, count(distinct name.name_family) as families
from (
    select 'emails' as kind, unnest(emails) as value, name from unhubbed
    union all select 'phones', unnest(phones), name from unhubbed
    union all select 'logins', unnest(logins), name from unhubbed
)
group by kind, value
having count(distinct name.name_family) >= $families or count(*) >= $nodes
"""

ALL_LETTERS = "list_distinct(list_concat(name_letters, initial_letters, login_letters))"

FREE = f"""
with hub_lists as (
    select
        coalesce(list(value) filter (where kind = 'emails'), []) as hub_emails,
        coalesce(list(value) filter (where kind = 'phones'), []) as hub_phones,
        coalesce(list(value) filter (where kind = 'logins'), []) as hub_logins
    from hubs
), spelt as (
    select node, unnest({ALL_LETTERS}) as letters from unhubbed
), rare as (
    select letters from spelt group by letters having count(*) between 2 and $rare
), own as (
    select node, list(letters) as rare_letters from spelt semi join rare using (letters)
    group by node
)
select * from unhubbed left join own using (node) cross join hub_lists
"""

FEATURES = """
with kept as (
    select
        node, name, birth_date, birth_year, address,
        name_letters, initial_letters, login_letters, rare_letters,
        only_birth_date, only_birth_year, only_generation, sole_sources, gender,
        list_sort(list_filter(emails, lambda v: not list_contains(hub_emails, v))) as emails,
        list_sort(list_filter(phones, lambda v: not list_contains(hub_phones, v))) as phones,
        list_sort(list_filter(logins, lambda v: not list_contains(hub_logins, v))) as logins
    from free
)
select
    node,
    name.name_key, name.name_keys, name.name_han, name.name_family, name.name_given,
    name.name_roots, birth_date, birth_year,
    only_birth_date, only_birth_year, only_generation, sole_sources, gender,
    emails, logins, phones, address.postcode, address.address_key, address.city,
    coalesce(name_letters, []) as name_letters, coalesce(initial_letters, []) as initial_letters,
    coalesce(login_letters, []) as login_letters,
    list_sort(coalesce(rare_letters, [])) as rare_letters
from kept
"""
"""What the model compares and vetoes ask for, by `free`: unhubbed nodes with the hubs among their
values (at least) and those of their letters that few others have.
"""


def spelt(records: str) -> str:
    """SELECT of record_id, emails, phones, logins and `letters` (all spellings of its name, and
    what its log-in names spell) of each record.
    """
    return f"""
select record_id, emails, phones, logins, {ALL_LETTERS} as letters
from (
    select *, {NAME_LETTERS} as name_letters, {INITIAL_LETTERS} as initial_letters,
        {LOGIN_LETTERS} as login_letters
    from (
        select record_id, emails, phones, case when name_key is not null then {NAME} end as name,
            list_distinct({LOGINS}) as logins
        from {records}
    )
)
"""


def sole_source(duplicate_free: Iterable[str]) -> str:
    """SQL: a record's source where it is one of these, which have no duplicates."""
    names = ", ".join(f"'{name}'" for name in duplicate_free)
    return f"case when source in ({names}) then source end" if names else "cast(null as string)"


def build_nodes(
    connection: duckdb.DuckDBPyConnection,
    decided: Constraints = UNDECIDED,
    duplicate_free: Iterable[str] = (),
) -> None:
    """Leave `members`, `hubs` and `nodes` on the connection, and `must_links` and `cannot_links` of
    record_ids; deleted records take no part. `duplicate_free` are sources with one record per
    person.
    """
    for name, rows in (
        ("must_links", joined_records(decided)),
        ("cannot_links", apart_pairs(decided)),
    ):
        connection.register("pairs_of_records", rows)
        connection.execute(f"create or replace temp table {name} as from pairs_of_records")
        connection.unregister("pairs_of_records")
    connection.execute(
        "create or replace temp view active as select * from records where not deleted"
    )
    connection.execute(CERTAIN_LINKS)
    connection.execute(KNOWN_MUST_LINKS)
    _contract(connection)
    connection.execute(
        "create or replace temp view linked as"
        f" select members.node, active.*, {GENERATION} as generation,"
        f" {sole_source(duplicate_free)} as sole_source"
        " from members join active using (record_id)"
    )
    connection.execute(f"create or replace temp table unhubbed as {UNHUBBED}")
    connection.execute(HUBS, {"families": HUB_FAMILIES, "nodes": HUB_NODES})
    connection.execute(f"create or replace temp table free as {FREE}", {"rare": RARE_NAME_NODES})
    connection.execute(f"create or replace temp table nodes as {FEATURES}")


def _contract(connection: duckdb.DuckDBPyConnection) -> None:
    """`members`: every active record, its node's number and the node's smallest record_id.

    Numbers follow the order of the representatives, so they depend on the set of records alone.
    """
    connection.execute(
        "create or replace temp table numbered as"
        " select record_id, (row_number() over (order by record_id) - 1)::int as number"
        " from active"
    )
    size = connection.execute("select count(*) from numbered").fetchall()[0][0]
    pairs = connection.execute(
        "select l.number as left_number, r.number as right_number"
        " from (select left_id, right_id from certain_links"
        " union all select left_id, right_id from known_must_links) c"
        " join numbered l on l.record_id = c.left_id join numbered r on r.record_id = c.right_id"
    ).fetchnumpy()
    smallest = smallest_member(
        size, np.asarray(pairs["left_number"]), np.asarray(pairs["right_number"])
    )
    contracted = {"number": np.arange(size, dtype=np.int32), "first": smallest}
    connection.register("contracted", pa.table(contracted))
    connection.execute(
        "create or replace temp table members as"
        " select n.record_id, dense_rank() over (order by f.record_id)::int as node,"
        " f.record_id as representative"
        " from contracted c join numbered n using (number) join numbered f on f.number = c.first"
    )
    connection.unregister("contracted")


def smallest_member(size: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each of `size` things the smallest one that pairs (left[i], right[i]) lead to.

    Splink's own connected components take a round per hop: a chain of 1,000 took 82 s.
    """
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    first = np.full(labels.max() + 1 if size else 0, size, dtype=np.int32)
    np.minimum.at(first, labels, np.arange(size, dtype=np.int32))
    smallest: np.ndarray = first[labels]
    return smallest
