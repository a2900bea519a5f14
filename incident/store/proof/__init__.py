"""What makes the record provable to strangers: the canonical form of a row, the Merkle tree, the signed checkpoint."""
