"""The tables of resolution, each column documented once."""

from __future__ import annotations

from sources.schema import Field, TableSchema

EDGES = TableSchema(
    name="resolution.edges",
    grain="certain or scored pair of records",
    about=(
        "Why records belong together. Scored pairs stand between the nodes that remain when "
        "certain links are contracted; a node goes by its smallest record_id. Pairs below even "
        "odds are kept only where a veto parts them within a component."
    ),
    key=("left_id", "right_id", "kind"),
    fields=(
        Field("left_id", "string", "The smaller record_id.", required=True),
        Field("right_id", "string", "The larger record_id.", required=True),
        Field("kind", "string", "deterministic, probabilistic or judgement.", required=True),
        Field("weight", "int", "Evidence in milli-bits, prior included; null = certain."),
        Field("unadjusted_weight", "int", "The same without term frequencies."),
        Field("levels", "map<string, int>", "Level per comparison; -1 = nothing to compare."),
        Field("adjustments", "map<string, int>", "Milli-bits for rare or common terms."),
        Field("rule", "string", "Blocking rule or kind of link that found the pair."),
        Field("veto", "string", "First rule by which the two can't be one person, if any."),
        Field("model_version", "string", "Model that scored it."),
    ),
)

CONSTRAINTS = TableSchema(
    name="resolution.constraints",
    grain="pair of records that live decisions say something about",
    about=(
        "What stewards and rules hold together and apart in this publication: the live state of "
        "`resolution.judgements`. It holds in every published customer."
    ),
    key=("left_id", "right_id"),
    fields=(
        Field("left_id", "string", "The smaller record_id; it may be gone.", required=True),
        Field("right_id", "string", "The larger record_id; it may be gone.", required=True),
        Field("kind", "string", "must_link or cannot_link.", required=True),
        Field("judgement_ids", "array<string>", "The decisions behind it, sorted.", required=True),
    ),
)

PINS = TableSchema(
    name="resolution.pins",
    grain="record and attribute that a steward pinned a golden value to",
    about="The live pins of `resolution.judgements` in this publication.",
    key=("record_id", "attribute"),
    fields=(
        Field("record_id", "string", "The customer that has it has the value.", required=True),
        Field("attribute", "string", "Attribute of `golden.attributes`.", required=True),
        Field("value", "string", "The value; groups as JSON.", personal=True, required=True),
        Field("judgement_id", "string", "The decision behind it.", required=True),
        Field("decided_at", "timestamp", "When it was decided, UTC.", required=True),
    ),
)

CLUSTERS = TableSchema(
    name="resolution.clusters",
    grain="record",
    about="Which records are one person, before identity is given.",
    key=("record_id",),
    fields=(
        Field("record_id", "string", "The record.", required=True),
        Field("component_id", "string", "Smallest record_id that edges lead to.", required=True),
        Field("cluster_id", "string", "Smallest record_id of the cluster.", required=True),
        Field("state", "string", "published or held.", required=True),
        Field("reason", "string", "Why it is held."),
        Field("weakest_link", "int", "Smallest weight that holds the component, milli-bits."),
    ),
)

# Not `resolution.nodes`: Splink asks for the columns of `nodes` in whatever schema has it.
NODES = TableSchema(
    name="resolution.node_versions",
    grain="node: records that certain links hold together",
    about=(
        "What is compared, told by a hash: a night scores the pairs of nodes whose version is new. "
        "Empty where Spark resolved, which scores all pairs."
    ),
    key=("record_id",),
    fields=(
        Field("record_id", "string", "Smallest record_id of the node.", required=True),
        Field("version", "string", "Hash of its records and features.", required=True),
    ),
)

IDENTITIES = TableSchema(
    name="resolution.identities",
    grain="record",
    about="The customer of each record.",
    key=("record_id",),
    fields=(
        Field("record_id", "string", "The record.", required=True),
        Field("customer_id", "string", "Opaque id of the customer.", required=True),
        Field("state", "string", "published or held.", required=True),
        Field("since", "string", "Publication since which this is so."),
    ),
)
