"""From an inventory to something one can read."""
