"""SupplyHub: orders of a locked-down district matched to delivery rounds that may move."""
