"""Why an order is on no round, or comes late, and what would free it. Pure."""
