// Decimal numbers of any length to doubles, by the standard library.
#pragma once

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

// libc++ reads doubles since version 20; it doesn't define the macro, as it can't read long doubles.
#if defined(__cpp_lib_to_chars) || (defined(_LIBCPP_VERSION) && _LIBCPP_VERSION >= 200000)
#define STANDARD_READS_DOUBLES 1
#else
#define STANDARD_READS_DOUBLES 0
#endif

// A double, rounded to nearest; nothing where the text is not one number in the range of doubles, or
// where the library can't read it: then influx_core does, to the same value.
//
// Older libraries have only strtod. It skips spaces, and reads hexadecimal numbers and words, none of
// which is a number here; where the locale has another decimal point, it stops before the end.
inline std::optional<double> standard_decimal(std::string_view text) {
#if STANDARD_READS_DOUBLES
  double value;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end) return value;
#else
  if (text.empty() || text[0] == '+' || text.find_first_not_of("0123456789+-.eE") != text.npos) return std::nullopt;
  const std::string ended(text);
  char* end = nullptr;
  errno = 0;
  const double value = std::strtod(ended.c_str(), &end);
  const bool out_of_range = errno == ERANGE && (value == 0.0 || std::isinf(value));
  if (end == ended.c_str() + ended.size() && !out_of_range) return value;
#endif
  return std::nullopt;
}
