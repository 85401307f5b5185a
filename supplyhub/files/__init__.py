"""CSV and .xlsx in and out: encodings, limits, previews that are confirmed once."""
