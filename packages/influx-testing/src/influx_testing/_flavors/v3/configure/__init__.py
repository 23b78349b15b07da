"""The endpoints of 3.x that administer databases, tables and tokens."""
