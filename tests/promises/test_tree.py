"""The tree over all logs gives proofs that the verifier of a dossier takes, for every size and place."""

from hashlib import sha256

from incident.documents.verifier.verify import extends, root_of_path
from incident.store.proof.merkle import Growing, Tree, leaf_hash

LEAVES = [f"leaf {number}".encode() for number in range(40)]
TREE = Tree(leaf_hash(leaf) for leaf in LEAVES)


def roots() -> list[bytes]:
    """The root of the first leaves, for each number of them, as a checkpoint has it."""
    growing, found = Growing(), [sha256().digest()]
    for leaf in LEAVES:
        growing.add(leaf)
        found.append(growing.root())
    return found


def test_every_leaf_is_proved_to_be_in_every_tree_that_holds_it() -> None:
    """Also in those whose size is no power of two, and in trees that have grown on since."""
    for size, root in list(enumerate(roots()))[1:]:
        assert TREE.root(0, size) == root
        for number in range(size):
            assert root_of_path(LEAVES[number], number, size, TREE.inclusion(number, size)) == root


def test_every_tree_is_proved_to_begin_with_every_smaller_one() -> None:
    """And with no other."""
    found = roots()
    for size in range(1, len(LEAVES) + 1):
        for older in range(1, size + 1):
            path = TREE.consistency(older, size)
            assert extends(older, found[older], size, found[size], path)
            assert not extends(older, found[older - 1], size, found[size], path)
