"""What the Flux standard library has: the types of its functions and values, as libflux tells."""

from influx_flux.stdlib.library import FunctionParameter, FunctionSignature, packages, signature

__all__ = ["FunctionParameter", "FunctionSignature", "packages", "signature"]
