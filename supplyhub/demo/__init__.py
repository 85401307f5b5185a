"""The invented district."""
