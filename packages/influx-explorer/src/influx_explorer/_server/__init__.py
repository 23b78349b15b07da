"""The server that the page looks at: queries, writes, and the names that it holds."""
