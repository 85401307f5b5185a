"""Suppliers, their pickups, products and offers."""
