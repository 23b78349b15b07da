// Decimal numbers of any length to doubles, by the standard library.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

// libc++ reads doubles since version 20; it doesn't define the macro, as it can't read long doubles.
#if defined(__cpp_lib_to_chars) || (defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 200000)
#define STANDARD_READS_DOUBLES 1
#else
#define STANDARD_READS_DOUBLES 0
#endif

// A double, rounded to nearest, in every locale; nothing where the text is not one number in the range
// of doubles, or where the library can't read it: then influx_core does, to the same value.
inline std::optional<double> standard_decimal([[maybe_unused]] std::string_view text) {
#if STANDARD_READS_DOUBLES
  double value;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end) return value;
#endif
  return std::nullopt;
}
