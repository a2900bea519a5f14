"""What the product promises, held against it."""
