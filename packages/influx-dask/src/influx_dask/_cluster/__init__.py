"""The cluster and the servers: connections, versions, limits."""
