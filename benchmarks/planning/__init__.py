"""Plan the same day with SupplyHub and with the solvers that a user could pick instead, and compare."""
