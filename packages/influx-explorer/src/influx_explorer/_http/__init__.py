"""HTTP: who may use the page, its files, and its endpoints."""
