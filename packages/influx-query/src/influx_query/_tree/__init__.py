"""What all syntax trees share: the base class of nodes and the functions that traverse them."""
