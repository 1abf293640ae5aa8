#!/usr/bin/env python3
"""Writes beacon.json: sidecars of the Beacon API, computed from the text of the specifications alone.

The whole tree of a BeaconBlockBody is built, and branches are read off by generalized indices
(consensus-specs, ssz/merkle-proofs.md), where the library climbs from commitments by positions.
Run it in this folder; it needs nothing but Python 3.
"""

import hashlib
import json


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def chunks(data):
    data = data + bytes(-len(data) % 32)
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def uint(number):
    return number.to_bytes(32, "little")


class Tree:
    """A tree of SSZ: the nodes by their generalized indices; a subtree may stand in a leaf's place."""

    def __init__(self, leaves, limit):
        depth = (limit - 1).bit_length()
        self.nodes = {}
        leaves = list(leaves) + [bytes(32)] * ((1 << depth) - len(leaves))
        for place, leaf in enumerate(leaves):
            at = (1 << depth) + place
            if isinstance(leaf, Tree):
                for index, node in leaf.nodes.items():
                    below = index.bit_length() - 1
                    self.nodes[(at << below) | (index ^ (1 << below))] = node
            else:
                self.nodes[at] = leaf
        for index in range((1 << depth) - 1, 0, -1):
            self.nodes[index] = h(self.nodes[2 * index], self.nodes[2 * index + 1])

    root = property(lambda self: self.nodes[1])

    def branch(self, index):
        branch = []
        while index > 1:
            branch.append(self.nodes[index ^ 1])
            index //= 2
        return branch


def body(commitments, fields):
    """A body of Deneb (12 fields), or of Electra and Fulu (13 fields)."""
    points = [Tree(chunks(point), 2) for point in commitments]
    listed = Tree([Tree(points, 4096), uint(len(commitments))], 2)
    leaves = [bytes([0x40 + field]) * 32 for field in range(fields)]
    leaves[11] = listed
    return Tree(leaves, fields)


def texts(values):
    return ["0x" + value.hex() for value in values]


def case(fields, count):
    commitments = [bytes([0x80 + i]) * 48 for i in range(count)]
    proofs = [bytes([0x90 + i]) * 48 for i in range(count)]
    tree = body(commitments, fields)
    roots = [bytes([byte]) * 32 for byte in (1, 2)] + [tree.root]
    slot, proposer = 9_876_543_210, 123_456
    signature = bytes(range(96))
    header = slot.to_bytes(8, "little") + proposer.to_bytes(8, "little") + b"".join(roots) + signature
    block = Tree([uint(slot), uint(proposer), *roots], 5)
    # The first leaf of the list is at depth 4 + 1 + 12; field 11 is at depth 4.
    list_index = 16 + 11
    first = (list_index * 2) << 12
    branches = [tree.branch(first + i) for i in range(count)]
    list_branch = tree.branch(list_index)

    sidecars = b""
    for i in range(count):
        blob = bytes([i + 1]) * 131072
        sidecars += i.to_bytes(8, "little") + blob + commitments[i] + proofs[i] + header
        sidecars += b"".join(branches[i])

    def column(index):
        cells = b"".join(bytes([index + i + 1]) * 2048 for i in range(count))
        fixed = 8 + 3 * 4 + len(header) + 4 * 32
        offsets = [fixed, fixed + len(cells), fixed + len(cells) + 48 * count]
        out = index.to_bytes(8, "little") + b"".join(o.to_bytes(4, "little") for o in offsets)
        return out + header + b"".join(list_branch) + cells + b"".join(commitments) + b"".join(proofs)

    columns = [column(index) for index in (3, 64, 127)]
    offsets, at = b"", 4 * len(columns)
    for one in columns:
        offsets += at.to_bytes(4, "little")
        at += len(one)
    return {
        "fields": fields,
        "slot": slot,
        "proposer_index": proposer,
        "roots": texts(roots),
        "signature": texts([signature])[0],
        "block_root": texts([block.root])[0],
        "commitments": texts(commitments),
        "proofs": texts(proofs),
        "branches": [texts(branch) for branch in branches],
        "list_branch": texts(list_branch),
        "sidecars_sha256": hashlib.sha256(sidecars).hexdigest(),
        "columns_sha256": hashlib.sha256(offsets + b"".join(columns)).hexdigest(),
    }


with open("beacon.json", "w", encoding="ascii") as out:
    json.dump([case(12, 1), case(12, 6), case(13, 5)], out, indent=1)
    out.write("\n")
