"""Road distances and durations between points: from an OpenStreetMap extract, or from a routing server."""
