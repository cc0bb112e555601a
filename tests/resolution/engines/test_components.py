"""Components on Spark against NetworkX, also where no task sees the whole graph."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx
import pytest
from pyspark.sql import SparkSession

from resolution.engines.components import connected, weakest_links

Edge = tuple[str, str]


def random_graph(seed: int) -> list[Edge]:
    """Trees, rings, cliques and loners, named so that order tells nothing."""
    chance = random.Random(seed)
    names = [f"r{chance.getrandbits(40):010x}" for _ in range(300)]
    return [(chance.choice(names), chance.choice(names)) for _ in range(220)]


def chain(length: int) -> list[Edge]:
    names = [f"r{number * 7919 % 100_003:06d}" for number in range(length)]
    return list(pairwise(names))


def expected(edges: list[Edge]) -> dict[str, str]:
    graph = networkx.Graph(edges)
    found: dict[str, str] = {}
    for component in networkx.connected_components(graph):
        smallest = min(component)
        found |= {node: smallest for node in component if node != smallest}
    return found


@pytest.mark.parametrize("edges", [random_graph(1), chain(300)], ids=["random", "chain"])
@pytest.mark.parametrize("edges_of_a_task", [1_000, 40], ids=["one task", "many tasks"])
def test_components_are_networkx_s(
    spark: SparkSession, edges: list[Edge], edges_of_a_task: int
) -> None:
    frame = spark.createDataFrame(edges, "left string, right string")
    rows = connected(frame, edges_of_a_task).collect()
    assert {row["node"]: row["first"] for row in rows} == expected(edges)
    assert len(rows) == len(expected(edges))


def test_of_no_edges_there_is_nothing(spark: SparkSession) -> None:
    frame = spark.createDataFrame([], "left string, right string")
    assert connected(frame).collect() == []


def test_the_weakest_link_is_the_smallest_of_the_strongest_tree(spark: SparkSession) -> None:
    chance = random.Random(3)
    edges = [edge for edge in random_graph(2) if edge[0] != edge[1]]
    graph = networkx.Graph()
    for left, right in edges:
        graph.add_edge(left, right, weight=chance.randint(3_500, 30_000))
    wanted = {
        min(component): min(
            weight
            for *_, weight in networkx.maximum_spanning_tree(graph.subgraph(component)).edges(
                data="weight"
            )
        )
        for component in networkx.connected_components(graph)
    }
    rows = [
        (min(networkx.node_connected_component(graph, left)), left, right, weight)
        for left, right, weight in graph.edges(data="weight")
    ]
    columns = "component_id string, left string, right string, weight int"
    found = weakest_links(spark.createDataFrame(rows, columns), partitions=3).collect()
    assert {row["component_id"]: row["weakest_link"] for row in found} == wanted
