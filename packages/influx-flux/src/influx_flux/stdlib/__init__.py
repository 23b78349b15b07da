"""The Flux standard library: the types of its functions and values, as libflux reports them."""

from influx_flux.stdlib.library import FunctionParameter, FunctionSignature, packages, signature

__all__ = ["FunctionParameter", "FunctionSignature", "packages", "signature"]
