// Numbers as influx_core prints them: floats as its JSON encoder does, shortest and round-trip.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "numbers/decimals.hpp"

// Room for any number, and for what is written behind it on the way.
constexpr size_t kLongestNumber = 48;

constexpr std::array<char, 200> digit_pairs() {
  std::array<char, 200> pairs{};
  for (int pair = 0; pair < 100; ++pair) {
    pairs[2 * pair] = static_cast<char>('0' + pair / 10);
    pairs[2 * pair + 1] = static_cast<char>('0' + pair % 10);
  }
  return pairs;
}

inline constexpr auto kDigitPairs = digit_pairs();

inline void put_pair(char* out, uint32_t pair) { std::memcpy(out, kDigitPairs.data() + 2 * pair, 2); }

// Puts eight digits, with zeros in front.
inline void put_eight(char* out, uint32_t value) {
  const uint32_t high = value / 10'000, low = value % 10'000;
  put_pair(out, high / 100);
  put_pair(out + 2, high % 100);
  put_pair(out + 4, low / 100);
  put_pair(out + 6, low % 100);
}

inline char* print_integer(char* out, int64_t value) {
  uint64_t size = static_cast<uint64_t>(value);
  if (value < 0) {
    *out++ = '-';
    size = 0 - size;
  }
  if (size < 100'000'000) return std::to_chars(out, out + kLongestNumber, static_cast<uint32_t>(size)).ptr;
  const uint64_t high = size / 100'000'000;
  if (high < 100'000'000) {
    out = std::to_chars(out, out + kLongestNumber, static_cast<uint32_t>(high)).ptr;
  } else {
    out = std::to_chars(out, out + kLongestNumber, static_cast<uint32_t>(high / 100'000'000)).ptr;
    put_eight(out, static_cast<uint32_t>(high % 100'000'000));
    out += 8;
  }
  put_eight(out, static_cast<uint32_t>(size % 100'000'000));
  return out + 8;
}

#ifdef INFLUX_DECIMALS

// Own code instead of std::to_chars, with which encoding points of five floats takes 15 % longer
// (530 instead of 460 ns a point, GCC 12, x86-64).

// Eight digits, zeros in front, a byte each and the first one lowest.
inline uint64_t eight_digits(uint32_t value) {
  const uint64_t fours = value / 10'000 | uint64_t{value % 10'000} << 32;
  const uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f0000007f;
  const uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
  const uint64_t tens = (pairs * 103 >> 10) & 0x000f000f000f000f;
  return tens | (pairs - tens * 10) << 8;
}

// The digits of a decimal as text, the first one not 0.
class Digits {
 public:
  explicit Digits(Decimal decimal) {
    // Most have 16 or 17 digits, which cannot be foreseen: no branch here.
    const bool shorter = decimal.digits < kLeast;
    uint64_t digits = decimal.digits * (shorter ? 10 : 1);
    before_ = decimal.exponent + 17 - shorter;
    while (digits < kLeast) {
      digits *= 10;
      --before_;
    }
    first_ = static_cast<char>('0' + digits / kLeast);
    const uint64_t rest = digits % kLeast;
    const uint64_t high = eight_digits(static_cast<uint32_t>(rest / 100'000'000));
    const uint64_t low = eight_digits(static_cast<uint32_t>(rest % 100'000'000));
    more_ = low != 0 ? 16 - __builtin_clzll(low) / 8 : high != 0 ? 8 - __builtin_clzll(high) / 8 : 0;
    texts_ = (Wide{low} << 64 | high) + (Wide{kZeros} << 64 | kZeros);
  }

  // `12.34` or `0.001234`, for a number that has decimals.
  char* print_fixed(char* out) const {
    if (before_ <= 0) {
      std::memcpy(out, "0.000000", 8);
      return put_all(out + 2 - before_);
    }
    put_all(out);
    out[before_] = '.';
    const Wide decimals = texts_ >> (8 * (before_ - 1));
    std::memcpy(out + before_ + 1, &decimals, sizeof decimals);
    return out + more_ + 2;
  }

  // `1.234e16` or `1e-7`.
  char* print_scientific(char* out) const {
    char* end = put_all(out + (more_ > 0));
    if (more_ > 0) {
      out[0] = first_;
      out[1] = '.';
    }
    *end++ = 'e';
    return std::to_chars(end, end + 5, before_ - 1).ptr;
  }

 private:
  static constexpr uint64_t kLeast = 10'000'000'000'000'000;
  static constexpr uint64_t kZeros = 0x3030303030303030;

  char* put_all(char* out) const {
    out[0] = first_;
    std::memcpy(out + 1, &texts_, sizeof texts_);
    return out + 1 + more_;
  }

  Wide texts_;  // of the digits behind the first
  int more_;    // how many of them there are
  int before_;  // how many digits stand before the decimal point
  char first_;
};

inline char* print_fixed(char* out, double size) { return Digits(shortest(size)).print_fixed(out); }
inline char* print_scientific(char* out, double size) { return Digits(shortest(size)).print_scientific(out); }

#else

inline char* print_fixed(char* out, double size) {
  return std::to_chars(out, out + kLongestNumber, size, std::chars_format::fixed).ptr;
}

// `1e-07` and `1e+16`, as to_chars has them, are written `1e-7` and `1e16`.
inline char* print_scientific(char* out, double size) {
  char* end = std::to_chars(out, out + kLongestNumber, size, std::chars_format::scientific).ptr;
  char* exponent = static_cast<char*>(std::memchr(out, 'e', end - out)) + 1;
  char* digits = exponent + 1;
  if (*digits == '0') ++digits;
  if (*exponent == '-') ++exponent;
  std::memmove(exponent, digits, end - digits);
  return exponent + (end - digits);
}

#endif

// Prints a finite float.
inline char* print_float(char* out, double value) {
  const double size = std::fabs(value);
  if (std::signbit(value)) *out++ = '-';
  if (size != 0 && (size < 1e-5 || size >= 1e16)) return print_scientific(out, size);
  const auto whole = static_cast<int64_t>(size);
  if (static_cast<double>(whole) != size) return print_fixed(out, size);
  char* end = print_integer(out, whole);
  *end++ = '.';
  *end++ = '0';
  return end;
}
