"""Archives for tests: made of rows, and of draws of hypothesis."""

from hypothesis import strategies as st

from controller.archive.node import Archive, Node


def line(*results: tuple[int, int]) -> Archive:
    """Nodes a, b, c, …, each the child of the one before, with what they passed and failed."""
    nodes: list[Node] = []
    for number, (passed, failed) in enumerate(results):
        parents = tuple(node.commit for node in nodes[-1:])
        nodes.append(Node("abcdefgh"[number], number, parents, passed, failed))
    return Archive(nodes)


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    """Up to 25 nodes; a fifth of them about are merges."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 25))):
        parents: tuple[str, ...] = ()
        if number:
            wanted = 2 if number > 1 and draw(st.integers(0, 4)) == 0 else 1
            places = draw(st.lists(st.integers(0, number - 1), min_size=wanted, max_size=wanted, unique=True))
            parents = tuple(str(place) for place in places)
        passed, failed = draw(st.integers(0, 9)), draw(st.integers(0, 9))
        nodes.append(Node(str(number), number, parents, passed, failed))
    return Archive(nodes)
