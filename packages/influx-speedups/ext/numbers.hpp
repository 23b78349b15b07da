// Numbers as influx_core prints them: floats as its JSON encoder does, shortest and round-trip.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

constexpr size_t kLongestNumber = 32;

inline char* print_integer(char* out, int64_t value) {
  return std::to_chars(out, out + kLongestNumber, value).ptr;
}

// `1e-07` and `1e+16`, as to_chars has them, are written `1e-7` and `1e16`.
inline char* print_scientific(char* out, double value) {
  char* end = std::to_chars(out, out + kLongestNumber, value, std::chars_format::scientific).ptr;
  char* exponent = static_cast<char*>(std::memchr(out, 'e', end - out)) + 1;
  char* digits = exponent + 1;
  if (*digits == '0') ++digits;
  if (*exponent == '-') ++exponent;
  std::memmove(exponent, digits, end - digits);
  return exponent + (end - digits);
}

// Prints a finite float.
inline char* print_float(char* out, double value) {
  const double size = std::fabs(value);
  if (size != 0 && (size < 1e-5 || size >= 1e16)) return print_scientific(out, value);
  if (static_cast<double>(static_cast<int64_t>(value)) != value) {
    return std::to_chars(out, out + kLongestNumber, value, std::chars_format::fixed).ptr;
  }
  if (std::signbit(value)) *out++ = '-';
  char* end = print_integer(out, static_cast<int64_t>(size));
  *end++ = '.';
  *end++ = '0';
  return end;
}
