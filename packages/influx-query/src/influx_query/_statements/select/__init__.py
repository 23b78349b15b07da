"""SELECT and EXPLAIN: their nodes and their parser. The builder of SELECT is `_builder`."""
