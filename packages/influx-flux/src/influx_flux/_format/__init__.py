"""Canonical text: that of libflux, byte for byte.

A tree becomes a document, which says where lines may break; a printer chooses. Both are those of
libflux, whose layout follows Wadler's "A prettier printer" as the Rust crate `pretty` has it.
"""
