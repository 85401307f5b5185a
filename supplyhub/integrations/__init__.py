"""What the product asks of the outside: each a Protocol, the real thing, and a fake for tests."""
