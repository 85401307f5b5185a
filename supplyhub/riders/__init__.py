"""Rider companies, riders, their vehicles, zones, shifts and pass numbers."""
