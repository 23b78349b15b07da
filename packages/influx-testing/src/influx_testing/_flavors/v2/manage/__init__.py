"""The resources of 2.x: organizations, buckets, users, tokens, tasks, dashboards."""
