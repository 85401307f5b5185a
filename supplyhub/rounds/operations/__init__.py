"""Changing rounds: making plans, and publishing one."""
