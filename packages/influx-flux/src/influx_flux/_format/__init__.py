"""Formats Flux in the canonical format of libflux, byte for byte.

A tree becomes a document, which says where lines may break. A printer chooses the line breaks. Both
work as in libflux, which uses the Rust crate `pretty`, an implementation of Wadler's "A prettier
printer".
"""
