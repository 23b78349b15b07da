"""Templates: resources that are described in one document, and the stacks that they make."""
